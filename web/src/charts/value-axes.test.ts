import { expect, test } from 'vitest';
import {
  formatAxisValue,
  formatTagValue,
  layOutInstants,
  layOutValues,
  timeRangeOf,
  valueRangeOf,
} from './value-axes.ts';
import { nearestPoint } from './value-series.ts';
import { summariseValues } from './value-summary.ts';

const NOON_MS = Date.UTC(2026, 0, 13, 12);
const utc = () => 0;
const at = (seconds: number, value: number) => ({ timeMs: NOON_MS + seconds * 1_000, value });

test('a line that begins has some seconds of room to grow into', () => {
  expect(timeRangeOf([at(0, 1)])).toEqual({ min: NOON_MS, max: NOON_MS + 10_000 });
  expect(timeRangeOf([at(0, 1), at(60, 1)])).toEqual({ min: NOON_MS, max: NOON_MS + 60_000 });
});

test.each([
  [10_000, 2_000],
  [600_000, 120_000],
  [86_400_000, 6 * 3_600_000],
  [400 * 86_400_000, 90 * 86_400_000],
])('the labels of %i ms stand at round times that fit', (spanMs, stepMs) => {
  const ticks = layOutInstants({ min: NOON_MS + 1, max: NOON_MS + 1 + spanMs }, 400, utc);
  expect(ticks.length).toBeLessThanOrEqual(6);
  expect((ticks[1]?.value ?? 0) - (ticks[0]?.value ?? 0)).toBe(stepMs);
  expect(ticks.every(({ value }) => value % stepMs === 0)).toBe(true);
});

test('values have air around them, and one that never moved stands in the middle', () => {
  const { min, max } = valueRangeOf([at(0, 10), at(1, 20)]);
  expect([min, max]).toEqual([8.8, 21.2]);
  for (const value of [0, 5, -1e9, 1e-9]) {
    const flat = valueRangeOf([at(0, value)]);
    expect(flat.min).toBeLessThan(value);
    expect(flat.max).toBeGreaterThan(value);
  }
  const huge = valueRangeOf([at(0, 1e18), at(1, 1e18 + 256)]);
  expect(layOutValues(huge, 260, undefined).length).toBeGreaterThan(1);
});

test('round values are labelled, but not under the tag of the newest', () => {
  const ticks = layOutValues({ min: 0, max: 100 }, 260, 41);
  expect(ticks.map(({ label }) => label)).toEqual(['20', '', '60', '80']);
});

test.each([
  [71.5, 0.5, '71.5'],
  [0.0025, 0.0005, '0.0025'],
  [1_250_000, 50_000, '1.25\u202fM'],
  [-3e15, 1e14, '−3.00e+15'],
])('%d in steps of %d is written %s', (value, step, text) => {
  expect(formatAxisValue(value, step)).toBe(text);
});

test.each([
  [345, '345'],
  [71.25, '71.25'],
  [71.30000000000001, '71.30'],
])('the newest value, %d, is tagged %s', (value, text) => {
  expect(formatTagValue(value, { min: 70, max: 72 })).toBe(text);
});

test('the point nearest in time is found', () => {
  const points = [at(0, 1), at(10, 2), at(20, 3)];
  expect([-5, 4, 6, 14, 99].map((seconds) => nearestPoint(points, NOON_MS + seconds * 1_000))).toEqual([0, 0, 1, 1, 2]);
  expect(nearestPoint([], NOON_MS)).toBe(-1);
});

test('the chart is told in a sentence', () => {
  expect(summariseValues([], 'load')).toBe('load: no values yet');
  expect(summariseValues([at(0, 2), at(1, 9), at(2, -1)], 'load')).toMatch(
    /^load: from 2 at .*:00 to −1 at .*:02; highest 9 at .*:01, lowest −1 at .*:02\.$/,
  );
});
