import { describe, expect, it } from 'vitest';
import type { Candle } from './candle-series.ts';
import { summarisePrices } from './price-summary.ts';

const candle = (minute: number, open: number, high: number, low: number, close: number): Candle => ({
  openTimeMs: new Date(2026, 0, 5, 10, minute).getTime(),
  open,
  high,
  low,
  close,
  volume: 1,
});

describe('the chart in a sentence', () => {
  it('names the way, the highest and the lowest', () => {
    const text = summarisePrices([candle(0, 80, 81, 79, 80.5), candle(1, 80.5, 88, 80, 84)], 'KIKO', 'Today', 2);
    expect(text).toBe(
      'KIKO, today: from 80.00 at 10:00 to 84.00 at 10:01, +5.00%; highest 88.00 at 10:01, lowest 79.00 at 10:00.',
    );
  });

  it('says so when there is nothing', () => {
    expect(summarisePrices([], 'KIKO', 'Today', 2)).toBe('KIKO, Today: no prices yet');
  });
});
