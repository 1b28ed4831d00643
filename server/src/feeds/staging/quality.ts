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

/** A time, in any unit, at which a match begins (1) or ends (-1). */
export interface PlayChange {
  readonly time: number;
  readonly by: number;
}

/** Time during which the same number of matches is in play. */
export interface PlayStretch {
  readonly length: number;
  readonly inPlay: number;
}

/** Measures the updates as a viewer of the loop meets them: what lies before its start counts only as state. */
export function measureStaging(updates: readonly NamespacedUpdate[], loop: Loop): StagingQuality {
  const highlights: number[] = [];
  const changes: PlayChange[] = [];
  const inPlay = new Set<string>();
  for (const { update } of updates) {
    const { topic, time, fields, log = [] } = update;
    const isShown = time >= loop.startTimeMs && time < loop.endTimeMs;
    if (isShown && log.some((entry) => isHighlight(entry))) highlights.push(time);
    const status = fields?.['status'];
    if (status === undefined || inPlay.has(topic) === (status === 'live')) continue;
    if (status === 'live') inPlay.add(topic);
    else inPlay.delete(topic);
    changes.push({ time: Math.max(time, loop.startTimeMs), by: status === 'live' ? 1 : -1 });
  }
  const counts = listPlay(changes, loop.startTimeMs, loop.endTimeMs).map(({ inPlay }) => inPlay);
  return {
    longestGapMs: longestGap(highlights, loop.endTimeMs - loop.startTimeMs),
    fewestInPlay: Math.min(...counts),
    mostInPlay: Math.max(...counts),
  };
}

/** The longest way from one time to the next around a circle. */
export function longestGap(times: readonly number[], circleLength: number): number {
  return Math.max(...listGaps(times, circleLength));
}

/** The ways from each time to the next around a circle; the whole circle when there is none or one. */
export function listGaps(times: readonly number[], circleLength: number): number[] {
  const sorted = times.toSorted((a, b) => a - b);
  const last = sorted.at(-1);
  if (last === undefined) return [circleLength];
  let previous = last - circleLength;
  return sorted.map((time) => {
    const gap = time - previous;
    previous = time;
    return gap;
  });
}

/** How many are in play from `start` to `end`, one stretch after another; changes of one instant count together. */
export function listPlay(changes: readonly PlayChange[], start: number, end: number): PlayStretch[] {
  const stretches: PlayStretch[] = [];
  let from = start;
  let inPlay = 0;
  for (const { time, by } of [...changes.toSorted((a, b) => a.time - b.time), { time: end, by: 0 }]) {
    const until = Math.min(time, end);
    if (until > from) stretches.push({ length: until - from, inPlay });
    from = Math.max(from, until);
    inPlay += by;
  }
  return stretches;
}

function isHighlight(entry: unknown): boolean {
  const parsed = matchEventSchema.safeParse(entry);
  return parsed.success && (parsed.data.type === 'goal' || parsed.data.type === 'kick');
}
