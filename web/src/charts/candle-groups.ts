import type { Candle } from './candle-series.ts';

const DAY_MS = 86_400_000;
const MULTIPLES = [1, 2, 3, 5, 10, 15, 30, 60];
/** Days join into weeks and fours of weeks. */
const DAY_MULTIPLES = [1, 7, 28];
/** A Monday: weeks counted from 1970 would begin on Thursdays. */
const WEEK_ORIGIN_MS = 4 * DAY_MS;

/**
 * How many candles are drawn as one, so that each is wide enough to be read: a day of minutes has 500, and at one pixel
 * each they are a smear. Minutes become 2, 3, 5, 10 ... minutes, never an odd span.
 */
export function chooseMultiple(count: number, widthPx: number, minimumPx: number, intervalMs: number): number {
  const multiples = intervalMs >= DAY_MS ? DAY_MULTIPLES : MULTIPLES;
  const room = Math.max(1, Math.floor(widthPx / minimumPx));
  return multiples.find((multiple) => Math.ceil(count / multiple) <= room) ?? (multiples.at(-1) as number);
}

/** Joins candles into spans of `spanMs` aligned to the clock; what a session's end leaves short stays short. */
export function groupCandles(candles: readonly Candle[], spanMs: number): Candle[] {
  const groups: Candle[] = [];
  const originMs = spanMs > DAY_MS ? WEEK_ORIGIN_MS : 0;
  for (const candle of candles) {
    const openTimeMs = Math.floor((candle.openTimeMs - originMs) / spanMs) * spanMs + originMs;
    const group = groups.at(-1);
    if (group === undefined || group.openTimeMs !== openTimeMs) groups.push({ ...candle, openTimeMs });
    else groups[groups.length - 1] = joinCandles(group, candle);
  }
  return groups;
}

function joinCandles(group: Candle, candle: Candle): Candle {
  return {
    openTimeMs: group.openTimeMs,
    open: group.open,
    high: Math.max(group.high, candle.high),
    low: Math.min(group.low, candle.low),
    close: candle.close,
    volume: group.volume + candle.volume,
  };
}
