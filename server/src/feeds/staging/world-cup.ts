import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import {
  findHighlights,
  mapAnnouncement,
  mapCourse,
  planMatches,
  type PlannedMatch,
} from '../importers/openfootball/map.ts';
import { readMatches } from '../importers/openfootball/read.ts';
import { chooseKickOffs, type StagingRules } from './kick-offs.ts';
import { listWaits } from './waits.ts';

/** The real first kick-off, Qatar against Ecuador: the staged clock begins there and runs on without nights. */
const START_TIME_MS = Date.parse('2022-11-20T16:00:00Z');
const SPEED = 30;
/** Little more than Argentina's seven matches, one after the other, take. */
const LOOP_SECONDS = 930 * 60;
/** The result of the final stands for a minute on the wall. */
const AFTER_FINAL_SECONDS = 30 * 60;
/** A group's fixtures are announced anew this long before the first of them; until then its last edition stands. */
const ANNOUNCE_SECONDS = 30 * 60;

const WAITS = { loopSeconds: LOOP_SECONDS, restSeconds: 60, tableSeconds: 2 * ANNOUNCE_SECONDS };
/**
 * The groups begin while the knock-out rounds of the edition before are played: from the semi-finals on no more than two
 * matches are left of those, and a board must never be nearly empty.
 */
const SEARCH: StagingRules = {
  loopSeconds: LOOP_SECONDS,
  endSeconds: LOOP_SECONDS - AFTER_FINAL_SECONDS,
  editionSeconds: 1300 * 60,
  fewestInPlay: 5,
  mostInPlay: 12,
  seed: 9,
  rounds: 30_000,
};

interface PlacedMatch {
  readonly match: PlannedMatch;
  readonly kickOffMs: number;
}

export interface StagedRecording {
  readonly header: RecordingHeader & { readonly startTimeMs: number; readonly endTimeMs: number };
  readonly updates: readonly NamespacedUpdate[];
}

/** All matches of the World Cup of 2022, staged as one loop. It takes a while: their kick-offs are searched for. */
export function stageWorldCup(jsonLines: string): StagedRecording {
  const matches = planMatches(readMatches(jsonLines));
  const staged = matches.map((match) => ({
    lengthSeconds: match.course.lengthSeconds,
    highlights: findHighlights(match),
  }));
  const kickOffs = chooseKickOffs(staged, listWaits(matches, WAITS), SEARCH);
  return layOnLoop(
    matches.map((match, index) => ({ match, kickOffMs: START_TIME_MS + (kickOffs[index] as number) * 1000 })),
  );
}

/**
 * On the circle each match is played once and whole. An edition is longer than the loop: what of it comes before the start
 * of the loop comes again at its end, where it is the beginning of the next edition. A group goes over to that as a whole,
 * or its table would count matches of two editions; the knock-out rounds do so at the seam.
 */
function layOnLoop(matches: readonly PlacedMatch[]): StagedRecording {
  const loopMs = LOOP_SECONDS * 1000;
  const endTimeMs = START_TIME_MS + loopMs;
  const updates: NamespacedUpdate[] = [];
  for (const group of new Set(matches.map(({ match }) => match.source.group))) {
    const together = matches.filter(({ match }) => match.source.group === group);
    const firstKickOffMs = Math.min(...together.map(({ kickOffMs }) => kickOffMs));
    const announcedMs = Math.min(START_TIME_MS, firstKickOffMs - ANNOUNCE_SECONDS * 1000);
    for (const { match, kickOffMs } of together) {
      updates.push(mapAnnouncement(match, kickOffMs, announcedMs), ...mapCourse(match, kickOffMs));
      const again = mapAnnouncement(match, kickOffMs + loopMs, announcedMs + loopMs);
      updates.push({ ...again, update: { ...again.update, reset: true } }, ...mapCourse(match, kickOffMs + loopMs));
    }
  }
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
    updates: updates.filter(({ update }) => update.time < endTimeMs).sort((a, b) => a.update.time - b.update.time),
  };
}
