import { describe, expect, test } from 'vitest';
import { jsonFlaw, withOneZero, type Json } from './json.ts';

function nested(depth: number, list: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = list ? [value] : { a: value };
  return value;
}

describe('jsonFlaw', () => {
  test.each([
    '0',
    '""',
    'null',
    '[]',
    '{}',
    '{"a":[1,{"b":2}],"":true}',
    '"\\ud83d\\ude00"',
    '-0',
    '{"constructor":1}',
    '5e-324',
    '9007199254740993',
  ])('keeps %s', (text) => {
    expect(jsonFlaw(JSON.parse(text), 8)).toBeUndefined();
  });

  test.each([
    ['1e400', 'a number out of range'],
    ['[1,-1e400]', 'a number out of range'],
    ['"a\\ud83d"', 'half of a surrogate pair'],
    ['"\\ude00\\ud83d"', 'half of a surrogate pair'],
    ['{"\\ud83d":1}', 'half of a surrogate pair in a name'],
    ['{"a":{"__proto__":{"b":1}}}', 'a name __proto__'],
  ])('finds what is wrong with %s', (text, flaw) => {
    expect(jsonFlaw(JSON.parse(text), 8)).toBe(flaw);
  });

  test.each([undefined, () => 1, Symbol('a'), 1n, NaN, [undefined]])('takes %s for no JSON', (value) => {
    expect(jsonFlaw(value, 8)).toBeDefined();
  });

  test('counts levels of brackets, and a hostile value costs no stack', () => {
    for (const list of [true, false]) {
      expect(jsonFlaw(nested(8, list), 8)).toBeUndefined();
      for (const depth of [9, 5_000, 200_000]) expect(jsonFlaw(nested(depth, list), 8)).toBe('nested too deep');
    }
  });
});

test('zeros become one, and nothing else changes', () => {
  const values: Json[] = [-0, [1, -0, { a: -0 }], { a: [{ b: -0, c: 'x' }] }];
  expect(values.map(withOneZero)).toEqual([0, [1, 0, { a: 0 }], { a: [{ b: 0, c: 'x' }] }]);
  const kept: Json = { a: [0, 1, null, { b: 'x' }] };
  expect(withOneZero(kept)).toBe(kept);
});
