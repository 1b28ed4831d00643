import fc from 'fast-check';
import type { Json } from '../json.ts';
import type { Update } from '../update.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', '7', '__proto__');
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<Json>('ü\u2028"', [1, [2]], { b: 1, a: null }, false) },
);
const entry: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 99 }) },
  { weight: 1, arbitrary: fc.record({ corrects: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ corrects: fc.integer({ min: 0, max: 12 }), v: fc.integer() }) },
);

/** As `JSON.parse` would give them: a field called __proto__ is a field. */
const fields = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));

/** Updates of one topic, with names and numbers that meet again often. */
export function arbitraryUpdate(topic: string): fc.Arbitrary<Update> {
  return fc
    .record({
      time: fc.integer({ min: 0, max: 9 }),
      fields: fc.option(fields, { nil: undefined }),
      log: fc.option(fc.array(entry, { maxLength: 4 }), { nil: undefined }),
      isReset: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    })
    .map(({ time, fields, log, isReset }) => ({
      topic,
      time,
      ...(fields && { fields }),
      ...(log && { log }),
      ...(isReset && { reset: true as const }),
    }));
}
