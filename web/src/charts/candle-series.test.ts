import type { ClosedCandle } from '@bigboard/shared/market';
import { describe, expect, it } from 'vitest';
import { findCandle, holes, mergeCandles, sessionStarts, type Candle } from './candle-series.ts';

const MINUTE = 60_000;
const closed = (minute: number, close = 10): ClosedCandle => [minute * MINUTE, 10, 11, 9, close, 100];
const forming = (minute: number): Candle => ({
  openTimeMs: minute * MINUTE,
  open: 10,
  high: 10,
  low: 10,
  close: 10,
  volume: 1,
});
const minutes = (candles: readonly Candle[]) => candles.map(({ openTimeMs }) => openTimeMs / MINUTE);

describe('merging closed candles and the forming one', () => {
  it('puts the forming candle last', () => {
    expect(minutes(mergeCandles([closed(1), closed(2)], forming(3)))).toEqual([1, 2, 3]);
  });

  it('keeps a forming candle when nothing has closed yet', () => {
    expect(minutes(mergeCandles([], forming(3)))).toEqual([3]);
  });

  it('drops a forming candle that has closed meanwhile', () => {
    const candles = mergeCandles([closed(1), closed(2, 10.5)], forming(2));
    expect(minutes(candles)).toEqual([1, 2]);
    expect(candles[1]?.close).toBe(10.5);
  });

  it('lets a correction replace the candle of its time, wherever it stands', () => {
    const candles = mergeCandles([closed(1), closed(2), closed(3), closed(2, 12)], undefined);
    expect(minutes(candles)).toEqual([1, 2, 3]);
    expect(candles[1]?.close).toBe(12);
  });

  it('inserts a candle that comes late at its place', () => {
    expect(minutes(mergeCandles([closed(1), closed(3), closed(2)], forming(4)))).toEqual([1, 2, 3, 4]);
  });
});

describe('finding a candle', () => {
  const candles = mergeCandles([closed(1), closed(2), closed(5)], undefined);
  it.each([
    [0, 0],
    [1, 0],
    [3, 2],
    [5, 2],
    [6, 3],
  ])('at minute %i is index %i', (minute, index) => {
    expect(findCandle(candles, minute * MINUTE)).toBe(index);
  });
});

describe('sessions and holes', () => {
  const candles = mergeCandles([closed(0), closed(1), closed(7), closed(8), closed(1440), closed(1441)], undefined);

  it('begins a session after a pause of an hour or more', () => {
    expect(sessionStarts(candles, MINUTE)).toEqual([0, 4]);
  });

  it('marks a hole within a session and not the night', () => {
    expect(holes(candles, MINUTE)).toEqual([2]);
  });

  it('knows no sessions among days', () => {
    const days = mergeCandles([closed(0), closed(1440), closed(4320)], undefined);
    expect(sessionStarts(days, 1440 * MINUTE)).toEqual([0]);
    expect(holes(days, 1440 * MINUTE)).toEqual([]);
  });
});
