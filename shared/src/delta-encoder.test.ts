import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SINCE_NOTHING } from './delta.ts';
import { deltaSince, encodeDeltaSince } from './delta-encoder.ts';
import { arbitraryUpdate } from './test/arbitrary-update.ts';
import { TopicDocument } from './topic-document.ts';

test('the encoded delta is the JSON of the delta, for every reader', () => {
  fc.assert(
    fc.property(fc.array(arbitraryUpdate('quote:ACME'), { minLength: 1, maxLength: 12 }), (updates) => {
      const document = new TopicDocument('quote:ACME', 0);
      updates.forEach((update, index) => document.apply(update, index + 1));
      for (let since = SINCE_NOTHING; since <= updates.length; since++) {
        const text = encodeDeltaSince(document, since);
        // Parsed, because an object puts names that look like integers first.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(deltaSince(document, since))));
        expect(text).toHaveLength(JSON.stringify(deltaSince(document, since)).length);
      }
    }),
  );
});

test('a topic nothing happened to is four short places', () => {
  const document = new TopicDocument('movers', 0);
  document.apply({ topic: 'movers', time: 7, fields: { up: [] } }, 1);
  expect(encodeDeltaSince(document, 1)).toBe('["movers",7,0,0]');
  expect(encodeDeltaSince(document, 0)).toBe('["movers",7,{"up":[]},0]');
  expect(encodeDeltaSince(document, SINCE_NOTHING)).toBe('["movers",7,{"up":[]},0,2]');
});

test('a removed topic is told as nothing', () => {
  const document = new TopicDocument('match:1', 0);
  document.apply({ topic: 'match:1', time: 1, fields: { clock: 1 } }, 1);
  document.apply({ topic: 'match:1', time: 2, reset: true }, 2);
  expect(encodeDeltaSince(document, 1)).toBe('["match:1",2,0,0,2]');
});

test('a topic that is merely empty is told as one without fields', () => {
  const document = new TopicDocument('scores', 0);
  document.apply({ topic: 'scores', time: 1, fields: { final: 1 } }, 1);
  document.apply({ topic: 'scores', time: 2, fields: { final: null } }, 2);
  expect(encodeDeltaSince(document, SINCE_NOTHING)).toBe('["scores",2,{},0,2]');
  expect(encodeDeltaSince(document, 1)).toBe('["scores",2,{"final":null},0]');
});
