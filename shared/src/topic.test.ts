import { expect, test } from 'vitest';
import { isTopicName, parseQualifiedTopic, parseTopic, TOPIC_MAX_LENGTH } from './topic.ts';

test.each(['movers', 'quote:ACME', 'candles:BRK.B:1m', 'match:2022-12-18_ARG-FRA', 'a'.repeat(TOPIC_MAX_LENGTH)])(
  '%s is a topic name',
  (name) => expect(isTopicName(name)).toBe(true),
);

test.each([
  '',
  ':',
  'quote:',
  ':ACME',
  'a:b:c:d',
  'quote ACME',
  'quöte',
  'a/b',
  'a\n',
  'a'.repeat(129),
  7,
  null,
  ['a'],
])('%j is none', (name) => expect(isTopicName(name)).toBe(false));

test('splits a name into its parts', () => {
  expect(parseTopic('candles:ACME:1m')).toEqual({ kind: 'candles', id: 'ACME', view: '1m' });
  expect(parseTopic('movers')).toEqual({ kind: 'movers', id: undefined, view: undefined });
});

test('splits a name written with its namespace', () => {
  expect(parseQualifiedTopic('markets/quote:ACME')).toEqual({ namespace: 'markets', topic: 'quote:ACME' });
  for (const name of ['quote:ACME', 'ingest/quote:ACME', 'markets/', '/quote', 'markets/a/b']) {
    expect(parseQualifiedTopic(name)).toBeUndefined();
  }
});
