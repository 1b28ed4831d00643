import type { Json } from '@bigboard/shared/json';
import type { ValuePoint } from '../charts/value-series.ts';
import { isNumber } from '../format/number.ts';
import type { Timed } from '../live/kinds.ts';
import type { TopicState } from '../live/topic-state.ts';

type Entries = readonly Timed<Json>[];

/** More numbers than these in one topic are not followed: nobody picks from so long a list. */
export const MOST_SERIES = 50;
export const MOST_POINTS = 2_000;

/** The numbers a topic has over time: those of its fields since it is watched, and those its entries tell of. */
export class ValueHistory {
  readonly #seen = new Map<string, ValuePoint[]>();
  #newestMs = -Infinity;

  /** To be called with each state as it is shown. */
  note({ time, fields, removed, full }: Pick<TopicState, 'time' | 'fields' | 'removed' | 'full'>): void {
    // Replaced by something earlier, it has begun anew: a line that went back in time would be a scribble.
    if (removed || (full && time < this.#newestMs)) {
      this.#seen.clear();
      this.#newestMs = -Infinity;
    }
    if (removed) return;
    this.#newestMs = Math.max(this.#newestMs, time);
    for (const [name, value] of Object.entries(fields)) {
      if (!isNumber(value)) continue;
      const points = this.#seen.get(name) ?? [];
      if (points.length === 0 && this.#seen.size >= MOST_SERIES) continue;
      this.#seen.set(name, points);
      addPoint(points, { timeMs: time, value });
    }
  }

  /** Ascending in time, one a moment; what a field was seen to be counts for more than what an entry tells. */
  seriesOf(name: string, entries: Entries): readonly ValuePoint[] {
    const points = new Map<number, number>();
    for (const { time, entry } of entries) {
      const value = memberOf(entry, name);
      if (isNumber(value)) points.set(time, value);
    }
    for (const { timeMs, value } of this.#seen.get(name) ?? []) points.set(timeMs, value);
    return [...points]
      .map(([timeMs, value]) => ({ timeMs, value }))
      .sort((a, b) => a.timeMs - b.timeMs)
      .slice(-MOST_POINTS);
  }
}

/** What can be drawn of a topic: its numeric fields, then what only its entries have. */
export function numericNames(fields: TopicState['fields'], entries: Entries): readonly string[] {
  const names = new Set(Object.keys(fields).filter((name) => isNumber(fields[name])));
  for (const { entry } of entries) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) continue;
    for (const [name, value] of Object.entries(entry)) if (isNumber(value)) names.add(name);
  }
  return [...names].slice(0, MOST_SERIES);
}

function addPoint(points: ValuePoint[], point: ValuePoint): void {
  const [before, last] = points.slice(-2);
  if (last !== undefined && last.timeMs > point.timeMs) {
    // Event times need not rise.
    const place = points.findLastIndex(({ timeMs }) => timeMs <= point.timeMs);
    points.splice(place + 1, 0, point);
  } else if (last !== undefined && (last.timeMs === point.timeMs || (isSame(before, point) && isSame(last, point)))) {
    // A value that stays is a line between two points, however long it stays.
    points[points.length - 1] = point;
  } else {
    points.push(point);
  }
  if (points.length > MOST_POINTS) points.shift();
}

function isSame(point: ValuePoint | undefined, { value }: ValuePoint): boolean {
  return point?.value === value;
}

function memberOf(entry: Json, name: string): Json | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry) || !Object.hasOwn(entry, name)) {
    return undefined;
  }
  return (entry as Readonly<Record<string, Json>>)[name];
}
