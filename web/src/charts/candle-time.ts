import { formatDay, formatDayWithYear, formatMinuteOfDay } from '../format/time.ts';
import { INTERVAL_MS, type Candle } from './candle-series.ts';
import type { TimeTick } from './time-ticks.ts';

const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short' });
const yearFormat = new Intl.DateTimeFormat('en-GB', { year: 'numeric' });

/** A candle's time, with the date where the candles around it are of several days: 10:35 alone says little there. */
export function formatCandleTime(timeMs: number, spanMs: number, among: readonly Candle[]): string {
  if (spanMs >= INTERVAL_MS['1d']) return formatDayWithYear(timeMs);
  const first = among[0]?.openTimeMs ?? timeMs;
  const last = among.at(-1)?.openTimeMs ?? timeMs;
  const time = formatMinuteOfDay(timeMs);
  return last - first > INTERVAL_MS['1d'] ? `${formatDay(timeMs)}, ${time}` : time;
}

export function formatDateTick(timeMs: number, unit: Exclude<TimeTick['unit'], 'minute'>): string {
  if (unit === 'day') return formatDay(timeMs);
  return unit === 'month' ? monthFormat.format(timeMs) : yearFormat.format(timeMs);
}
