import { Random } from '../market-simulator/random.ts';
import { listGaps, listPlay, type PlayChange } from './quality.ts';
import { WaitGraph, type Window } from './wait-graph.ts';
import type { Wait } from './waits.ts';

/** What the search needs to know of a match, in seconds from its kick-off. */
export interface StagedMatch {
  readonly lengthSeconds: number;
  readonly highlights: readonly number[];
}

export interface StagingRules {
  readonly loopSeconds: number;
  /** When the last match is over; the loop begins at 0. */
  readonly endSeconds: number;
  /** From the earliest kick-off to that. Longer than the loop, when the next edition begins before this one is over. */
  readonly editionSeconds: number;
  readonly fewestInPlay: number;
  readonly mostInPlay: number;
  readonly seed: number;
  readonly rounds: number;
}

const STEP_SECONDS = 60;
/** A gap of this length costs 1, one of twice the length 16: one long gap is worse than many middling ones. */
const GAP_SECONDS = 600;
/** A match this far from its place in the real order costs 1. */
const DISORDER_SECONDS = 4 * 3600;
/** A minute with one match too few or too many in play. */
const CROWD_COST = 0.5;
const FIRST_TEMPERATURE = 8;
const LAST_TEMPERATURE = 0.02;
/** Half of the moves are short ones. */
const MOVES_SECONDS = [900, 7200] as const;

/**
 * Chooses kick-offs on a circle, so that a loop has no poor moment at its seam either: simulated annealing that never
 * leaves what the waits allow, for a match that is moved takes along those that wait for it, or that it waits for. The
 * same seed finds the same kick-offs.
 * @param matches in the order of their real kick-offs; all lead up to the last one, which ends at `endSeconds`
 * @throws Error when the waits leave no room
 */
export function chooseKickOffs(
  matches: readonly StagedMatch[],
  waits: readonly Wait[],
  rules: StagingRules,
): readonly number[] {
  // With waits in whole steps the kick-offs stay in whole steps, too.
  const graph = new WaitGraph(
    matches.length,
    waits.map((wait) => ({ ...wait, seconds: roundUp(wait.seconds) })),
  );
  const latest = matches.map(({ lengthSeconds }) => rules.endSeconds - roundUp(lengthSeconds));
  const last = matches.length - 1;
  const earliest = latest.map((seconds, index) => (index === last ? seconds : rules.endSeconds - rules.editionSeconds));
  const windows = graph.findWindows(earliest, latest);
  const places = windows.map((window, index) => {
    const inOrder = roundUp(rules.endSeconds - rules.editionSeconds * (1 - index / matches.length));
    return Math.min(Math.max(inOrder, window.from), window.to);
  });

  const random = Random.fromSeed(rules.seed);
  let kickOffs = windows.map(({ from }) => from);
  for (const [index, seconds] of places.entries()) {
    if (seconds > (kickOffs[index] as number)) graph.move(kickOffs, index, seconds);
  }
  let cost = costOf(matches, kickOffs, places, rules);
  let [best, bestCost] = [kickOffs, cost];
  for (let round = 0; round < rules.rounds; round++) {
    const left = 1 - round / rules.rounds;
    const temperature = FIRST_TEMPERATURE * left * left * left + LAST_TEMPERATURE;
    const moved = [...kickOffs];
    const index = random.below(matches.length);
    graph.move(moved, index, drawKickOff(moved[index] as number, windows[index] as Window, random));
    const movedCost = costOf(matches, moved, places, rules);
    // Worse is taken with the usual chance exp(-worse / temperature), drawn with the logarithm that `Random` relies on.
    if (movedCost - cost > random.exponential(temperature)) continue;
    [kickOffs, cost] = [moved, movedCost];
    if (cost < bestCost) [best, bestCost] = [kickOffs, cost];
  }
  return best;
}

function drawKickOff(seconds: number, window: Window, random: Random): number {
  const reach = MOVES_SECONDS[random.below(MOVES_SECONDS.length)] as number;
  const from = Math.max(window.from, seconds - reach);
  const to = Math.min(window.to, seconds + reach);
  return from + random.below((to - from) / STEP_SECONDS + 1) * STEP_SECONDS;
}

function costOf(
  matches: readonly StagedMatch[],
  kickOffs: readonly number[],
  places: readonly number[],
  rules: StagingRules,
): number {
  const { loopSeconds, fewestInPlay, mostInPlay } = rules;
  const highlights: number[] = [];
  const changes: PlayChange[] = [];
  let cost = 0;
  for (const [index, match] of matches.entries()) {
    const kickOff = kickOffs[index] as number;
    const astray = (kickOff - (places[index] as number)) / DISORDER_SECONDS;
    cost += astray * astray;
    for (const seconds of match.highlights) highlights.push(onCircle(kickOff + seconds, loopSeconds));
    const start = onCircle(kickOff, loopSeconds);
    const end = onCircle(kickOff + match.lengthSeconds, loopSeconds);
    changes.push({ time: start, by: 1 }, { time: end, by: -1 });
    if (end < start) changes.push({ time: 0, by: 1 });
  }
  for (const seconds of listGaps(highlights, loopSeconds)) {
    const gap = seconds / GAP_SECONDS;
    cost += gap * gap * gap * gap;
  }
  for (const { inPlay, length } of listPlay(changes, 0, loopSeconds)) {
    const wrong = Math.max(0, fewestInPlay - inPlay, inPlay - mostInPlay);
    cost += (wrong * length * CROWD_COST) / 60;
  }
  return cost;
}

function roundUp(seconds: number): number {
  return Math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS;
}

function onCircle(seconds: number, loopSeconds: number): number {
  return ((seconds % loopSeconds) + loopSeconds) % loopSeconds;
}
