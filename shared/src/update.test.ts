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
  { log: {} },
  { log: [Number.NaN] },
  { extra: 1 },
])('refuses %j', (parts) => {
  expect(updateSchema.safeParse({ ...UPDATE, ...parts }).success).toBe(false);
});

test('a value of any depth is refused, not overflowed on', () => {
  expect(updateSchema.safeParse({ ...UPDATE, fields: { deep: nested(1_000) } }).success).toBe(false);
});
