import { expect, test } from 'vitest';
import { firstIdOf } from './number-rows.ts';

const none = undefined;

test.each([
  [[8, 9], 7, 8],
  [[5, 6, 7, 8], 7, 5],
  [[1], 7, 1],
  [[none, none, 8, none, 10], 5, 6],
  [[none, none], 7, 8],
  [[none], 0, 1],
] as const)('rows with the ids %j after %i begin at %i', (ids, lastId, firstId) => {
  expect(firstIdOf(ids, lastId)).toBe(firstId);
});

test.each([
  [[8, 10], 7, 'bad_request'],
  [[9, 8], 7, 'bad_request'],
  [[8, 8], 7, 'bad_request'],
  [[8, none, 9], 7, 'bad_request'],
  [[none, 1], 0, 'bad_request'],
  [[Number.MAX_SAFE_INTEGER, none], Number.MAX_SAFE_INTEGER - 1, 'bad_request'],
  [[none], Number.MAX_SAFE_INTEGER, 'bad_request'],
  [[9], 7, 'out_of_order'],
  [[none, none, 11], 7, 'out_of_order'],
] as const)('refuses rows with the ids %j after %i: %s', (ids, lastId, code) => {
  expect(() => firstIdOf(ids, lastId)).toThrow(expect.objectContaining({ code }) as Error);
});

test('tells where to go on after a gap', () => {
  expect(() => firstIdOf([9], 7)).toThrow(expect.objectContaining({ lastId: 7 }) as Error);
});
