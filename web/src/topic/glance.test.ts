import { expect, test } from 'vitest';
import type { LogEntry } from '../live/topic-state.ts';
import { glanceAt } from './glance.ts';

test('a topic is known by its first fields', () => {
  const log = [{ n: 1, time: 1, entry: { note: 'x' } }];
  expect(glanceAt({ fields: { a: 1, b: 2, c: 3, d: 4, e: 5 }, log }).map(({ name }) => name)).toEqual([
    'a',
    'b',
    'c',
    'd',
  ]);
});

test('one without fields is known by its newest entry, which is no correction', () => {
  const log: LogEntry[] = [
    { n: 1, time: 1, entry: { note: 'old' } },
    { n: 2, time: 2, entry: { note: 'new' } },
    { n: 3, time: 3, entry: { corrects: 1, note: 'older' } },
  ];
  expect(glanceAt({ fields: {}, log })).toEqual([{ name: 'note', value: 'new' }]);
  expect(glanceAt({ fields: {}, log: [] })).toEqual([]);
});
