import { expect, test } from 'vitest';
import { jsonDepth, type Json } from './json.ts';

test('counts the brackets around the innermost value', () => {
  const values: Json[] = [0, 'x', null, [], {}, [1], { a: [1, { b: 2 }] }];
  expect(values.map((value) => jsonDepth(value, 9))).toEqual([0, 0, 0, 1, 1, 1, 3]);
});

test('a hostile value costs no stack', () => {
  let value: Json = 1;
  for (let depth = 0; depth < 200_000; depth++) value = [value];
  expect(jsonDepth(value, 8)).toBe(9);
});
