import type { Candle } from './candle-series.ts';

export interface PriceScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** The part of the plot's height the volume bars may fill; prices keep clear of it. */
export const VOLUME_SHARE = 0.18;
const TOP_SHARE = 0.06;

/**
 * The price axis over the candles' extremes: room for volume below, a little air above. A `reference` (the previous
 * close) is taken into the picture unless that would press the candles into less than half of it.
 */
export function scalePrices(
  candles: readonly Candle[],
  heightPx: number,
  decimals: number,
  reference?: number,
): PriceScale {
  let low = Infinity;
  let high = -Infinity;
  for (const candle of candles) {
    if (candle.low < low) low = candle.low;
    if (candle.high > high) high = candle.high;
  }
  if (low > high) return { min: 0, max: 1, ticks: [] };
  if (reference !== undefined) {
    const withLow = Math.min(low, reference);
    const withHigh = Math.max(high, reference);
    if (withHigh - withLow <= 2 * (high - low)) [low, high] = [withLow, withHigh];
  }
  // A price that has not moved yet still needs an axis of some height.
  const smallest = 10 ** -decimals;
  const span = Math.max(high - low, smallest * 4);
  const middle = (low + high) / 2;
  const whole = span / (1 - VOLUME_SHARE - TOP_SHARE);
  const min = middle - span / 2 - whole * VOLUME_SHARE;
  const max = middle + span / 2 + whole * TOP_SHARE;
  return { min, max, ticks: chooseTicks(min, max, Math.max(2, Math.floor(heightPx / 52)), smallest) };
}

/** At most about `count` round values inside `[min, max]`, never finer than `smallest`. */
export function chooseTicks(min: number, max: number, count: number, smallest: number): number[] {
  const step = Math.max(smallest, roundStep((max - min) / count));
  const ticks: number[] = [];
  // Counted in whole steps, since adding up 0.1 drifts.
  for (let index = Math.ceil(min / step); index * step <= max; index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `value`. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5].find((candidate) => candidate * power >= value * 0.999) ?? 10;
  return factor * power;
}

/** Ticks that leave room for a label of its own at `value`: those nearer than `distance` go. */
export function makeRoom(ticks: readonly number[], value: number, distance: number): number[] {
  return ticks.filter((tick) => Math.abs(tick - value) >= distance);
}
