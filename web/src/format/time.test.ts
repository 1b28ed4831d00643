import { expect, test } from 'vitest';
import { formatAge, formatCountdown } from './time.ts';

test('ages get coarser as they grow', () => {
  expect([84, 430, 12_400, 180_000, 7_200_000].map(formatAge)).toEqual(['84 ms', '0.4 s', '12 s', '3 min', '2 h']);
});

test('countdowns', () => {
  expect([46_000, 725_000, 3_729_000, -5].map(formatCountdown)).toEqual(['0:46', '12:05', '1:02:09', '0:00']);
});
