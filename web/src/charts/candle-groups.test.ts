import { describe, expect, it } from 'vitest';
import { chooseMultiple, groupCandles } from './candle-groups.ts';
import type { Candle } from './candle-series.ts';

const MINUTE = 60_000;
const candle = (minute: number, open: number, high: number, low: number, close: number): Candle => ({
  openTimeMs: minute * MINUTE,
  open,
  high,
  low,
  close,
  volume: 10,
});

describe('how many candles are drawn as one', () => {
  it.each([
    [100, 600, 1],
    [200, 600, 2],
    [480, 600, 5],
    [480, 320, 10],
    [100_000, 320, 60],
  ])('%i candles on %i px: %i', (count, width, multiple) => {
    expect(chooseMultiple(count, width, 4, MINUTE)).toBe(multiple);
  });
});

it('joins days into weeks', () => {
  expect(chooseMultiple(400, 600, 4, 1440 * MINUTE)).toBe(7);
  expect(chooseMultiple(130, 300, 2, 1440 * MINUTE)).toBe(1);
});

describe('grouping', () => {
  it('begins a week on Monday', () => {
    const monday = Date.UTC(2026, 0, 5) / MINUTE;
    const week = [0, 1, 4, 7].map((day) => candle(monday + day * 1440, 1, 2, 0, 1));
    const groups = groupCandles(week, 7 * 1440 * MINUTE);
    expect(groups.map(({ openTimeMs }) => openTimeMs / MINUTE)).toEqual([monday, monday + 7 * 1440]);
  });

  it('joins what lies in one span of the clock', () => {
    const groups = groupCandles(
      [candle(9, 1, 5, 1, 4), candle(10, 4, 6, 3, 5), candle(11, 5, 9, 2, 3), candle(15, 3, 3, 3, 3)],
      5 * MINUTE,
    );
    expect(groups).toEqual([
      { ...candle(5, 1, 5, 1, 4), volume: 10 },
      { ...candle(10, 4, 9, 2, 3), volume: 20 },
      { ...candle(15, 3, 3, 3, 3), volume: 10 },
    ]);
  });
});
