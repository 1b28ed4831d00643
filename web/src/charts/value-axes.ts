import { formatJson } from '../format/json.ts';
import { formatCompact, formatPrice } from '../format/number.ts';
import { formatClockTime, formatDay, formatDayWithYear, formatMinuteOfDay } from '../format/time.ts';
import type { AxisTick } from './chart-options.ts';
import { chooseTicks } from './price-scale.ts';
import type { ZoneOffset } from './time-ticks.ts';
import type { ValuePoint } from './value-series.ts';

export interface AxisRange {
  readonly min: number;
  readonly max: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A line of a moment still needs an axis. */
const SHORTEST_MS = 10 * SECOND_MS;
const AIR_SHARE = 0.12;
/** A finer axis would have steps too small for a double that large to be counted in. */
const FINEST_SHARE = 1e-9;
const LABEL_PX = 72;
const ROW_PX = 52;
const EDGE_PX = 10;
/** From the middle of the newest value's tag to where the next label may stand. */
const TAG_PX = 18;
const DECADE_MS = 3_650 * DAY_MS;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 5, 10, 30, 90, 365].map((count) => count * DAY_MS),
];

const localZone: ZoneOffset = (timeMs) => -new Date(timeMs).getTimezoneOffset();

/** From the first point on, to the right of it: a line that begins grows into its axis. */
export function timeRangeOf(points: readonly ValuePoint[]): AxisRange {
  const min = points[0]?.timeMs ?? 0;
  const last = points.at(-1)?.timeMs ?? 0;
  return { min, max: Math.max(last, min + SHORTEST_MS) };
}

/** Round local times, the finest step whose labels fit. */
export function layOutInstants({ min, max }: AxisRange, widthPx: number, zone: ZoneOffset = localZone): AxisTick[] {
  const room = Math.max(1, Math.floor(widthPx / LABEL_PX));
  const stepMs = STEPS_MS.find((step) => (max - min) / step <= room) ?? DECADE_MS;
  const offsetMs = zone(min) * MINUTE_MS;
  const edgeMs = ((LABEL_PX / 2) * (max - min)) / Math.max(1, widthPx);
  const ticks: AxisTick[] = [];
  for (let local = Math.ceil((min + offsetMs) / stepMs) * stepMs; local - offsetMs <= max; local += stepMs) {
    const value = local - offsetMs;
    // Half a label would be cut off at either end.
    const isInside = value - min >= edgeMs / 2 && max - value >= edgeMs / 2;
    ticks.push({ value, label: isInside ? labelInstant(value, stepMs) : '', line: 'usual' });
  }
  return ticks;
}

function labelInstant(timeMs: number, stepMs: number): string {
  if (stepMs >= 30 * DAY_MS) return formatDayWithYear(timeMs);
  if (stepMs >= DAY_MS) return formatDay(timeMs);
  return stepMs >= MINUTE_MS ? formatMinuteOfDay(timeMs) : formatClockTime(timeMs);
}

/** Over the values, with air above and below; a value that has not moved stands in the middle. */
export function valueRangeOf(points: readonly ValuePoint[]): AxisRange {
  let low = Infinity;
  let high = -Infinity;
  for (const { value } of points) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { min: 0, max: 1 };
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  const air = high === low ? magnitude * 0.05 || 1 : Math.max((high - low) * AIR_SHARE, magnitude * FINEST_SHARE);
  return { min: low - air, max: high + air };
}

/** Round values, without a label where the tag of the newest one stands. */
export function layOutValues({ min, max }: AxisRange, heightPx: number, newest: number | undefined): AxisTick[] {
  const perPixel = (max - min) / Math.max(1, heightPx);
  const ticks = chooseTicks(min, max, Math.max(2, Math.floor(heightPx / ROW_PX)), 0);
  const step = (ticks[1] ?? max) - (ticks[0] ?? min);
  return ticks
    .filter((value) => value - min > EDGE_PX * perPixel && max - value > EDGE_PX * perPixel)
    .map((value) => {
      const isCovered = newest !== undefined && Math.abs(value - newest) < TAG_PX * perPixel;
      return { value, label: isCovered ? '' : formatAxisValue(value, step), line: 'usual' };
    });
}

/** As many decimals as tell two of them apart, and never wider than the axis. */
export function formatAxisValue(value: number, step: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e12 || magnitude < 1e-6)) return value.toExponential(2).replace('-', '\u2212');
  if (magnitude >= 1e6 && step >= 1e3) return formatCompact(value);
  const decimals = step > 0 ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))) : 2;
  return formatPrice(value, decimals);
}

/** A value of the line in the tag at the axis: as it is where it fits, else as the axis writes it. */
export function formatTagValue(value: number, { min, max }: AxisRange): string {
  const exact = formatJson(value);
  return exact.length <= 8 ? exact : formatAxisValue(value, (max - min) / 100);
}
