import type { CandleInterval } from '@bigboard/shared/market';
import { findCandle, INTERVAL_MS, sessionStarts, type Candle } from './candle-series.ts';

export type RangeId = '1D' | '5D' | '1M' | '6M' | 'All';

export interface Range {
  readonly id: RangeId;
  readonly title: string;
  /** Which candles it is drawn from. */
  readonly interval: CandleInterval;
  /** Newest sessions shown; otherwise `days`, otherwise everything. */
  readonly sessions?: number;
  readonly days?: number;
}

export const RANGES: readonly Range[] = [
  { id: '1D', title: 'Today', interval: '1m', sessions: 1 },
  { id: '5D', title: 'Five sessions', interval: '5m', sessions: 5 },
  { id: '1M', title: 'One month', interval: '1h', days: 31 },
  { id: '6M', title: 'Six months', interval: '1d', days: 183 },
  { id: 'All', title: 'Everything', interval: '1d' },
];

/** The candles the range shows: a slice from the newest backwards. */
export function selectRange(candles: readonly Candle[], range: Range): readonly Candle[] {
  const newest = candles.at(-1);
  if (newest === undefined) return candles;
  if (range.sessions !== undefined) {
    const starts = sessionStarts(candles, INTERVAL_MS[range.interval]);
    return candles.slice(starts.at(-range.sessions) ?? 0);
  }
  if (range.days === undefined) return candles;
  return candles.slice(findCandle(candles, newest.openTimeMs - range.days * INTERVAL_MS['1d']));
}
