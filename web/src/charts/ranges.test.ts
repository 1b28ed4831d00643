import { describe, expect, it } from 'vitest';
import type { Candle } from './candle-series.ts';
import { RANGES, selectRange, type Range, type RangeId } from './ranges.ts';

const HOUR = 3_600_000;
const rangeOf = (id: RangeId) => RANGES.find((range) => range.id === id) as Range;
const at = (openTimeMs: number): Candle => ({ openTimeMs, open: 1, high: 1, low: 1, close: 1, volume: 1 });

describe('selecting a range', () => {
  const night = [0, 60_000, 120_000, 24 * HOUR, 24 * HOUR + 60_000].map(at);

  it('shows the newest session for a day', () => {
    expect(selectRange(night, rangeOf('1D')).map(({ openTimeMs }) => openTimeMs)).toEqual([
      24 * HOUR,
      24 * HOUR + 60_000,
    ]);
  });

  it('shows what there is when there are fewer sessions than asked for', () => {
    expect(selectRange(night, rangeOf('5D'))).toHaveLength(5);
  });

  it('counts a month back from the newest candle', () => {
    const days = Array.from({ length: 100 }, (_, day) => at(day * 24 * HOUR));
    expect(selectRange(days, rangeOf('1M'))).toHaveLength(32);
    expect(selectRange(days, rangeOf('All'))).toHaveLength(100);
  });

  it('is empty without candles', () => {
    expect(selectRange([], rangeOf('6M'))).toEqual([]);
  });
});
