import { expect, test } from 'vitest';
import { formatJson, membersOf, shorten } from './json.ts';

test.each([
  [71.30000000000001, '71.30000000000001'],
  [-0.5, '−0.5'],
  [1768309233173, '1768309233173'],
  ['ok', 'ok'],
  [true, 'true'],
  [[1, 'a', null], '[1,"a",null]'],
  [{ a: { b: -1 } }, '{"a":{"b":-1}}'],
])('%j is written %s', (value, text) => {
  expect(formatJson(value)).toBe(text);
});

test('a long text is cut where the room ends, and says so', () => {
  expect(shorten('short', 5)).toBe('short');
  expect(shorten('rather long', 8)).toBe('rather…');
});

test('the members of an object have names, everything else is one value', () => {
  expect(membersOf({ a: 1, b: [2] })).toEqual([
    { name: 'a', value: 1 },
    { name: 'b', value: [2] },
  ]);
  expect(membersOf([1, 2])).toEqual([{ name: '', value: [1, 2] }]);
  expect(membersOf(null)).toEqual([{ name: '', value: null }]);
});
