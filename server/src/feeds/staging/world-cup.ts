import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import {
  findHighlights,
  mapAnnouncement,
  mapCourse,
  planMatches,
  type PlannedMatch,
} from '../importers/openfootball/map.ts';
import { readMatches } from '../importers/openfootball/read.ts';
import { chooseKickOffs } from './kick-offs.ts';

/** The real first kick-off, Qatar against Ecuador: the staged clock begins there and runs on without nights. */
const START_TIME_MS = Date.parse('2022-11-20T16:00:00Z');
const LOOP_MINUTES = 830;
const SPEED = 30;
/** A match that will be played a second time is announced anew this long before; until then its result stands. */
const ANNOUNCE_SECONDS = 30 * 60;

const SEARCH = { loopSeconds: LOOP_MINUTES * 60, fewestInPlay: 4, reachSeconds: 14 * 60, seed: 2022, rounds: 40_000 };

/**
 * When each round would begin, and how far apart its matches follow, in minutes of the loop. The final ends just before
 * the seam, and the first group matches kick off while it is played, for a board must never be nearly empty.
 */
const ROUNDS: ReadonlyMap<string, { readonly fromMinute: number; readonly everyMinutes: number }> = new Map([
  ['First stage', { fromMinute: -100, everyMinutes: 9.8 }],
  ['Round of 16', { fromMinute: 372, everyMinutes: 13 }],
  ['Quarter-final', { fromMinute: 495, everyMinutes: 16 }],
  ['Semi-final', { fromMinute: 598, everyMinutes: 16 }],
  ['Play-off for third place', { fromMinute: 628, everyMinutes: 0 }],
  ['Final', { fromMinute: 654, everyMinutes: 0 }],
]);

export interface StagedRecording {
  readonly header: RecordingHeader & { readonly startTimeMs: number; readonly endTimeMs: number };
  readonly updates: readonly NamespacedUpdate[];
}

/**
 * All matches of the World Cup of 2022, staged as one loop. On the circle each is played once and whole. Those in play
 * at the seam have their beginning at the loop's end, and again before its start, where it counts as what went before.
 */
export function stageWorldCup(jsonLines: string): StagedRecording {
  const matches = planMatches(readMatches(jsonLines));
  const wishes = wishKickOffs(matches);
  const staged = matches.map((match, index) => ({
    lengthSeconds: match.course.lengthSeconds,
    highlights: findHighlights(match),
    wishedSeconds: wishes[index] as number,
  }));
  const kickOffs = chooseKickOffs(staged, SEARCH);
  const endTimeMs = START_TIME_MS + LOOP_MINUTES * 60_000;
  const updates = matches.flatMap((match, index) => layOnLoop(match, kickOffs[index] as number, endTimeMs));
  return {
    header: {
      bigboard: 1,
      title: '2022 World Cup',
      source: 'openfootball/worldcup (public domain, CC0)',
      licence: 'CC0-1.0',
      origin: 'recorded',
      staged: true,
      speed: SPEED,
      startTimeMs: START_TIME_MS,
      endTimeMs,
    },
    updates: updates.sort((a, b) => a.update.time - b.update.time),
  };
}

function wishKickOffs(matches: readonly PlannedMatch[]): number[] {
  const seen = new Map<string, number>();
  return matches.map(({ source: { stage } }) => {
    const round = ROUNDS.get(stage);
    if (round === undefined) throw new Error(`no place in the loop for the stage ${stage}`);
    const before = seen.get(stage) ?? 0;
    seen.set(stage, before + 1);
    return Math.round(round.fromMinute + before * round.everyMinutes) * 60;
  });
}

function layOnLoop(match: PlannedMatch, kickOffSeconds: number, endTimeMs: number): NamespacedUpdate[] {
  const loopMs = endTimeMs - START_TIME_MS;
  const kickoffMs = START_TIME_MS + kickOffSeconds * 1000;
  const announced = mapAnnouncement(match, kickoffMs, Math.min(START_TIME_MS, kickoffMs));
  const updates = [announced, ...mapCourse(match, kickoffMs)];
  if (kickOffSeconds >= 0) return updates;
  // In play at the seam: the same kick-off comes round again, one loop later.
  const again = kickoffMs + loopMs;
  const { namespace, update } = mapAnnouncement(match, again, again - ANNOUNCE_SECONDS * 1000);
  const first = mapCourse(match, again).filter(({ update: { time } }) => time < endTimeMs);
  return [...updates, { namespace, update: { ...update, reset: true } }, ...first];
}
