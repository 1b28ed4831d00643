import { formatPrice } from '../format/number.ts';
import { formatMinuteOfDay } from '../format/time.ts';
import { INTERVAL_MS, type Candle } from './candle-series.ts';
import { formatDateTick } from './candle-time.ts';
import type { AxisTick } from './chart-options.ts';
import { makeRoom, type PriceScale } from './price-scale.ts';
import { chooseTimeTicks } from './time-ticks.ts';

const MINUTE_LABEL_PX = 64;
const DATE_LABEL_PX = 72;
const EDGE_PX = 10;
const LABEL_PX = 16;
/** From the middle of the last price's tag to where the next label may stand. */
const TAG_PX = 24;

/**
 * @param widthPx of the part of the axis the candles fill
 * @param sessions candles at which a line is drawn already
 */
export function layOutTimeTicks(
  candles: readonly Candle[],
  spanMs: number,
  widthPx: number,
  sessions: readonly number[],
): AxisTick[] {
  const isDaily = spanMs >= INTERVAL_MS['1d'];
  return chooseTimeTicks(candles, spanMs, widthPx, isDaily ? DATE_LABEL_PX : MINUTE_LABEL_PX).map(
    ({ index, timeMs, unit }) => ({
      value: index,
      label: unit === 'minute' ? formatMinuteOfDay(timeMs) : formatDateTick(timeMs, unit),
      isStrong: unit !== 'minute' && !isDaily,
      line: sessions.includes(index) ? 'none' : 'usual',
    }),
  );
}

/** Round prices, and among them the previous close with its exact value. */
export function layOutPriceTicks(
  { min, max, ticks }: PriceScale,
  heightPx: number,
  decimals: number,
  previousClose: number | undefined,
  last = Infinity,
): AxisTick[] {
  const perPixel = (max - min) / Math.max(1, heightPx);
  // The last price's tag covers what is near it; half a number would stick out from under it.
  const isCovered = (value: number) => Math.abs(value - last) < TAG_PX * perPixel;
  const tick = (value: number) => ({ value, label: isCovered(value) ? '' : formatPrice(value, decimals) });
  // Labels never stand on the ends: the time axis and the tags at the edges need that room.
  const inside = ticks.filter((value) => value - min > EDGE_PX * perPixel && max - value > EDGE_PX * perPixel);
  if (previousClose === undefined) return inside.map(tick);
  return [
    ...makeRoom(inside, previousClose, LABEL_PX * perPixel).map(tick),
    { ...tick(previousClose), isStrong: true, line: 'none' },
  ];
}
