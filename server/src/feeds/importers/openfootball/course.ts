import { crc32 } from '@bigboard/shared/crc32';
import type { Clock, Period } from '@bigboard/shared/sport';
import { Random } from '../../market-simulator/random.ts';
import type { SourceEvent, SourceKick, SourceMatch } from './read.ts';

/** One thing of a match, counted in seconds from its kick-off; a second of play is a second here. */
export type CourseStep = { readonly atSeconds: number } & (
  | { readonly type: 'period'; readonly period: Period; readonly stoppage: number; readonly clock: CourseClock }
  | { readonly type: 'event'; readonly event: SourceEvent }
  | { readonly type: 'kick'; readonly kick: SourceKick; readonly minute: number }
);
export type CourseClock = Omit<Clock, 'atTimeMs'>;

/** A match from kick-off to final whistle, its steps in order. */
export interface MatchCourse {
  readonly steps: readonly CourseStep[];
  readonly lengthSeconds: number;
}

const HALF_TIME_SECONDS = 15 * 60;
const SHORT_BREAK_SECONDS = 5 * 60;
const EXTRA_HALF_TIME_SECONDS = 60;
const KICK_SECONDS = 45;
/** From the last thing of a shoot-out to the whistle. */
const AFTER_KICKS_SECONDS = 20;
/** Between events of the same minute: two men of a double substitution do not come on in one instant. */
const SAME_MINUTE_SECONDS = 4;

interface PlayedPeriod {
  readonly period: Period;
  readonly fromMinute: number;
  readonly toMinute: number;
  /** What comes after it, and for how long, when the match goes on. */
  readonly pause: Period;
  readonly pauseSeconds: number;
}

const NORMAL_TIME: readonly PlayedPeriod[] = [
  { period: '1H', fromMinute: 0, toMinute: 45, pause: 'HT', pauseSeconds: HALF_TIME_SECONDS },
  { period: '2H', fromMinute: 45, toMinute: 90, pause: 'break', pauseSeconds: SHORT_BREAK_SECONDS },
];
const EXTRA_TIME: readonly PlayedPeriod[] = [
  { period: 'ET1', fromMinute: 90, toMinute: 105, pause: 'ETHT', pauseSeconds: EXTRA_HALF_TIME_SECONDS },
  { period: 'ET2', fromMinute: 105, toMinute: 120, pause: 'break', pauseSeconds: SHORT_BREAK_SECONDS },
];

/**
 * Lays a match's facts along time. The source has whole minutes only, so the second within the minute, the last seconds
 * of a period and the lengths of the breaks are ours; `id` seeds them, so a match has the same course in every build.
 */
export function layCourse(match: SourceMatch, id: string): MatchCourse {
  const random = Random.fromSeed(crc32(id));
  const periods = match.extra_time === true ? [...NORMAL_TIME, ...EXTRA_TIME] : NORMAL_TIME;
  const steps: CourseStep[] = [];
  let atSeconds = 0;
  for (const [index, played] of periods.entries()) {
    const { fromMinute, toMinute, period } = played;
    const running = { elapsedSeconds: fromMinute * 60, running: true, baseMinute: toMinute };
    steps.push({ atSeconds, type: 'period', period, stoppage: 0, clock: running });
    const events = match.events.filter(({ minute }) => minute > fromMinute && minute <= toMinute);
    steps.push(...placeEvents(events, atSeconds - fromMinute * 60, random));

    const stoppageMinutes = Math.max(1, ...events.map(({ stoppage }) => stoppage ?? 0));
    const elapsedSeconds = (toMinute + stoppageMinutes) * 60 + 5 + random.below(40);
    atSeconds += elapsedSeconds - fromMinute * 60;
    const stopped = { elapsedSeconds, running: false, baseMinute: toMinute };
    const goesOn = index < periods.length - 1 || match.shootout !== undefined;
    const next = goesOn ? played.pause : 'FT';
    steps.push({ atSeconds, type: 'period', period: next, stoppage: stoppageMinutes, clock: stopped });
    if (!goesOn) break;
    atSeconds += played.pauseSeconds;

    if (index === periods.length - 1) {
      steps.push({ atSeconds, type: 'period', period: 'PENS', stoppage: 0, clock: stopped });
      const kicks = placeShootout(match, atSeconds, toMinute, random);
      steps.push(...kicks);
      atSeconds = Math.max(...kicks.map((step) => step.atSeconds)) + AFTER_KICKS_SECONDS;
      steps.push({ atSeconds, type: 'period', period: 'FT', stoppage: 0, clock: stopped });
    }
  }
  return { steps, lengthSeconds: atSeconds };
}

/** `zeroSeconds` is where minute 0 would be if the play before had known no breaks. */
function placeEvents(events: readonly SourceEvent[], zeroSeconds: number, random: Random): CourseStep[] {
  const steps: CourseStep[] = [];
  for (let first = 0; first < events.length;) {
    const minute = playedMinute(events[first] as SourceEvent);
    const together = events.slice(first).filter((event) => playedMinute(event) === minute);
    const gap = Math.min(SAME_MINUTE_SECONDS, Math.floor(50 / together.length));
    const second = 2 + random.below(55 - gap * (together.length - 1));
    for (const [index, event] of together.entries()) {
      steps.push({ atSeconds: zeroSeconds + (minute - 1) * 60 + second + index * gap, type: 'event', event });
    }
    first += together.length;
  }
  return steps;
}

/** `45+2` is played as the 47th minute; minute 1 is the first. */
function playedMinute({ minute, stoppage = 0 }: SourceEvent): number {
  return minute + stoppage;
}

/**
 * Cards shown during or after the kicks have minutes beyond the end of play (125): they run on from the start of the
 * shoot-out. They are written with the minute at which the clock stands, or a reader would take them for five more played.
 */
function placeShootout(match: SourceMatch, startSeconds: number, endMinute: number, random: Random): CourseStep[] {
  const late = match.events.filter(({ minute }) => minute > endMinute);
  const steps = placeEvents(late, startSeconds - endMinute * 60, random).map((step): CourseStep =>
    step.type === 'event' ? { ...step, event: { ...step.event, minute: endMinute } } : step,
  );
  for (const [index, kick] of (match.shootout ?? []).entries()) {
    steps.push({ atSeconds: startSeconds + (index + 1) * KICK_SECONDS, type: 'kick', kick, minute: endMinute });
  }
  return steps.sort((a, b) => a.atSeconds - b.atSeconds);
}
