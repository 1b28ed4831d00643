import type { CandleInterval, ClosedCandle, FormingCandle } from '@bigboard/shared/market';

/** A candle over `[openTimeMs, openTimeMs + interval)`, closed or still forming. */
export type Candle = FormingCandle;

/** The same table as the contract's, which cannot be imported here without its schemas. */
export const INTERVAL_MS: Readonly<Record<CandleInterval, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/**
 * Closed candles in the order the log brought them, then the forming one; the answer is in the order of time. A closed
 * candle with a time that is already there replaces that one (a correction), wherever it stands. A forming candle that
 * is not newer than the newest closed one is left over from before that one closed, and is dropped.
 */
export function mergeCandles(closed: readonly ClosedCandle[], forming: Candle | undefined): Candle[] {
  const candles: Candle[] = [];
  for (const [openTimeMs, open, high, low, close, volume] of closed) {
    const candle = { openTimeMs, open, high, low, close, volume };
    const newest = candles.at(-1);
    if (newest === undefined || newest.openTimeMs < openTimeMs) candles.push(candle);
    else place(candles, candle);
  }
  const newest = candles.at(-1);
  if (forming !== undefined && (newest === undefined || newest.openTimeMs < forming.openTimeMs)) candles.push(forming);
  return candles;
}

/** Where the first candle at or after `timeMs` stands; the length when there is none. */
export function findCandle(candles: readonly Candle[], timeMs: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle] as Candle).openTimeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function place(candles: Candle[], candle: Candle): void {
  const index = findCandle(candles, candle.openTimeMs);
  const replaces = candles[index]?.openTimeMs === candle.openTimeMs;
  candles.splice(index, replaces ? 1 : 0, candle);
}

/**
 * Where sessions begin: the first candle, and every one that follows a pause of an hour or more. The index axis closes
 * these pauses, so they are marked instead. Daily candles have no sessions.
 */
export function sessionStarts(candles: readonly Candle[], intervalMs: number): number[] {
  if (candles.length === 0) return [];
  const starts = [0];
  if (intervalMs >= INTERVAL_MS['1d']) return starts;
  const pauseMs = Math.max(INTERVAL_MS['1h'], intervalMs * 2);
  for (let index = 1; index < candles.length; index++) {
    const { openTimeMs } = candles[index] as Candle;
    if (openTimeMs - (candles[index - 1] as Candle).openTimeMs >= pauseMs) starts.push(index);
  }
  return starts;
}

/** Candles after which at least `missing` intervals are absent although the session went on: drawn as a hole. */
export function holes(candles: readonly Candle[], intervalMs: number, missing = 3): number[] {
  const found: number[] = [];
  const starts = new Set(sessionStarts(candles, intervalMs));
  if (intervalMs >= INTERVAL_MS['1h']) return found;
  for (let index = 1; index < candles.length; index++) {
    if (starts.has(index)) continue;
    const distanceMs = (candles[index] as Candle).openTimeMs - (candles[index - 1] as Candle).openTimeMs;
    if (distanceMs > missing * intervalMs) found.push(index);
  }
  return found;
}
