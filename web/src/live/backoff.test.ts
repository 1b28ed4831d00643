import { expect, test } from 'vitest';
import { backoffMs, retryDelayMs } from './backoff.ts';

test('doubles from half a second and stops at ten', () => {
  const longest = [1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, () => 1));
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('spreads the tries over the upper half of the wait', () => {
  expect(backoffMs(3, () => 0)).toBe(1_000);
  expect(backoffMs(3, () => 0.5)).toBe(1_500);
});

test('what the server has said counts from when it said so', () => {
  const most = () => 1;
  expect(retryDelayMs(1, undefined, 1_000, most)).toBe(500);
  expect(retryDelayMs(1, 4_000, 1_000, most)).toBe(3_500);
  expect(retryDelayMs(1, 400, 1_000, most)).toBe(500);
});
