import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { updateSchema } from './update.ts';

const UPDATE = { topic: 'quote:ACME', time: 1_700_000_000_000 };

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

test.each([
  {},
  { fields: { last: 1.5, bid: null, levels: [[1, 2]] } },
  { log: [{ price: 1 }, [1, 2], 'text', { corrects: 1 }] },
  { reset: true, fields: {} },
  { time: -62_135_596_800_000 },
  { fields: { deep: nested(LIMITS.jsonDepth) } },
])('takes %j', (parts) => {
  expect(updateSchema.safeParse({ ...UPDATE, ...parts }).success).toBe(true);
});

test.each([
  { topic: 'quote ACME' },
  { time: 1.5 },
  { time: '2024' },
  { time: 1e16 },
  { reset: false },
  { fields: { '': 1 } },
  { fields: { ['x'.repeat(129)]: 1 } },
  { fields: { last: undefined } },
  { fields: { deep: nested(LIMITS.jsonDepth + 1) } },
  { fields: JSON.parse('{"__proto__":{"last":1}}') as unknown },
  { fields: { constructor: 1 } },
  { fields: { prototype: 1 } },
  { fields: { last: { a: JSON.parse('{"__proto__":1}') as unknown } } },
  { fields: { '\ud83d': 1 } },
  { fields: { last: Infinity } },
  { fields: [] },
  { fields: null },
  { log: {} },
  { log: [Number.NaN] },
  { extra: 1 },
])('refuses %j', (parts) => {
  expect(updateSchema.safeParse({ ...UPDATE, ...parts }).success).toBe(false);
});

test('a value of any depth is refused, not overflowed on', () => {
  for (const depth of [1_000, 5_000, 100_000]) {
    expect(updateSchema.safeParse({ ...UPDATE, fields: { deep: nested(depth) } }).success).toBe(false);
    expect(updateSchema.safeParse({ ...UPDATE, log: [nested(depth)] }).success).toBe(false);
    expect(updateSchema.safeParse({ ...UPDATE, time: nested(depth), other: nested(depth) }).success).toBe(false);
  }
});
