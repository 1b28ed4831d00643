import { formatClockTime, formatDayWithYear } from '../format/time.ts';
import { formatJson } from '../format/json.ts';
import type { ValuePoint } from './value-series.ts';

const DAY_MS = 86_400_000;

/** A moment of the line, with its date where the line spans days. */
export function formatInstant(timeMs: number, among: readonly ValuePoint[]): string {
  const spanMs = (among.at(-1)?.timeMs ?? timeMs) - (among[0]?.timeMs ?? timeMs);
  return spanMs > DAY_MS ? `${formatDayWithYear(timeMs)}, ${formatClockTime(timeMs)}` : formatClockTime(timeMs);
}

/** The chart in a sentence, for those who do not see the canvas. */
export function summariseValues(points: readonly ValuePoint[], name: string): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return `${name}: no values yet`;
  let high = first;
  let low = first;
  for (const point of points) {
    if (point.value > high.value) high = point;
    if (point.value < low.value) low = point;
  }
  const tell = ({ timeMs, value }: ValuePoint) => `${formatJson(value)} at ${formatInstant(timeMs, points)}`;
  if (points.length === 1) return `${name}: ${tell(first)}`;
  return `${name}: from ${tell(first)} to ${tell(last)}; highest ${tell(high)}, lowest ${tell(low)}.`;
}
