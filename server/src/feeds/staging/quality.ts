import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { matchEventSchema } from '@bigboard/shared/sport';

/** A stretch of stream time that a looping replay comes round to again and again. */
export interface Loop {
  readonly startTimeMs: number;
  readonly endTimeMs: number;
}

/** How much a looping recording of matches has to show. */
export interface StagingQuality {
  /** The longest stream time between two goals or kicks of a shoot-out, the seam of the loop counted too. */
  readonly longestGapMs: number;
  readonly fewestInPlay: number;
  readonly mostInPlay: number;
}

/** Measures the updates as a viewer of the loop meets them: what lies before its start counts only as state. */
export function measureStaging(updates: readonly NamespacedUpdate[], loop: Loop): StagingQuality {
  const highlights: number[] = [];
  const changes: { timeMs: number; by: number }[] = [];
  const inPlay = new Set<string>();
  for (const { update } of updates) {
    const { topic, time: timeMs, fields, log = [] } = update;
    const isShown = timeMs >= loop.startTimeMs && timeMs < loop.endTimeMs;
    if (isShown && log.some((entry) => isHighlight(entry))) highlights.push(timeMs);
    const status = fields?.['status'];
    if (status === undefined || inPlay.has(topic) === (status === 'live')) continue;
    if (status === 'live') inPlay.add(topic);
    else inPlay.delete(topic);
    changes.push({ timeMs: Math.max(timeMs, loop.startTimeMs), by: status === 'live' ? 1 : -1 });
  }
  const counts = countInPlay(changes, loop.startTimeMs);
  return {
    longestGapMs: longestGap(highlights, loop.endTimeMs - loop.startTimeMs),
    fewestInPlay: Math.min(...counts),
    mostInPlay: Math.max(...counts),
  };
}

/** The longest way from one time to the next around a circle; the whole circle when there is none or one. */
export function longestGap(times: readonly number[], circleLength: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return circleLength;
  let longest = first + circleLength - last;
  for (let index = 1; index < sorted.length; index++) {
    longest = Math.max(longest, (sorted[index] as number) - (sorted[index - 1] as number));
  }
  return longest;
}

/** How many are in play after each instant at which that changes, from `startTimeMs` on. */
function countInPlay(changes: readonly { timeMs: number; by: number }[], startTimeMs: number): number[] {
  const byTime = new Map([[startTimeMs, 0]]);
  for (const { timeMs, by } of changes) byTime.set(timeMs, (byTime.get(timeMs) ?? 0) + by);
  let count = 0;
  return [...byTime].sort(([a], [b]) => a - b).map(([, by]) => (count += by));
}

function isHighlight(entry: unknown): boolean {
  const parsed = matchEventSchema.safeParse(entry);
  return parsed.success && (parsed.data.type === 'goal' || parsed.data.type === 'kick');
}
