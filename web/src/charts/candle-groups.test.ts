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
    expect(chooseMultiple(count, width)).toBe(multiple);
  });
});

describe('grouping', () => {
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
