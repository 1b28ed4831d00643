import { describe, expect, it } from 'vitest';
import type { Candle } from './candle-series.ts';
import { chooseTicks, makeRoom, scalePrices, VOLUME_SHARE } from './price-scale.ts';

const candle = (low: number, high: number): Candle => ({ openTimeMs: 0, open: low, high, low, close: high, volume: 1 });

describe('price axis', () => {
  it('keeps the candles clear of the volume bars', () => {
    const { min, max } = scalePrices([candle(80, 90), candle(85, 88)], 400, 2);
    expect((80 - min) / (max - min)).toBeGreaterThanOrEqual(VOLUME_SHARE - 1e-9);
    expect(max).toBeGreaterThan(90);
  });

  it('takes the previous close in when it is near', () => {
    expect(scalePrices([candle(80, 90)], 400, 2, 78).min).toBeLessThan(78);
  });

  it('leaves the previous close out when it would flatten the candles', () => {
    expect(scalePrices([candle(80, 81)], 400, 2, 60).min).toBeGreaterThan(79);
  });

  it('has some height for a price that has not moved', () => {
    const { min, max, ticks } = scalePrices([candle(80, 80)], 400, 2);
    expect(max - min).toBeGreaterThan(0.03);
    expect(ticks.length).toBeGreaterThan(1);
  });

  it('is empty without candles', () => {
    expect(scalePrices([], 400, 2).ticks).toEqual([]);
  });
});

describe('ticks', () => {
  it('are round and do not drift', () => {
    expect(chooseTicks(0.05, 0.75, 7, 0.01)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(chooseTicks(81, 87, 5, 0.01)).toEqual([82, 84, 86]);
  });

  it('are never finer than the price is', () => {
    expect(chooseTicks(10, 10.03, 10, 0.01)).toEqual([10, 10.01, 10.02, 10.03]);
  });

  it('make room for a label between them', () => {
    expect(makeRoom([81, 82, 83], 81.9, 0.4)).toEqual([81, 83]);
  });
});
