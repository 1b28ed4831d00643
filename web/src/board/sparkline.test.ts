import type { Spark } from '@bigboard/shared/market';
import { expect, test } from 'vitest';
import { sparkPoints } from './sparkline.ts';

const SIZE = { width: 103, height: 21 };
const DAY: Spark = { sessionOpenTimeMs: 0, sessionCloseTimeMs: 100_000, intervalMs: 1_000, baseline: 10, points: [] };

test('half of the session is half of the width', () => {
  const points = Array.from({ length: 51 }, () => 10);
  expect(sparkPoints({ ...DAY, points }, SIZE).xs.at(-1)).toBeCloseTo(50);
});

test('a young session is stretched, so that it is a line and not a dot', () => {
  const { xs } = sparkPoints({ ...DAY, points: [10, 11, 12, 13] }, SIZE);
  expect(xs.at(-1)).toBeCloseTo(10);
});

test('the baseline is always inside, above a day that only fell', () => {
  const { ys, baseline } = sparkPoints({ ...DAY, points: [9, 8] }, SIZE);
  expect(baseline).toBeLessThan(Math.min(...ys));
});

test('a day that never moved is a flat line', () => {
  const { ys } = sparkPoints({ ...DAY, points: [10, 10] }, SIZE);
  expect(ys.every(Number.isFinite)).toBe(true);
});
