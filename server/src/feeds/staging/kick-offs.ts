import { Random } from '../market-simulator/random.ts';

/** What the arrangement needs to know of a match, all in seconds from its kick-off. */
export interface StagedMatch {
  readonly lengthSeconds: number;
  readonly highlights: readonly number[];
  /** Where it would kick off by the calendar alone, seconds from the start of the loop; it may lie before that. */
  readonly wishedSeconds: number;
}

export interface StagingRules {
  readonly loopSeconds: number;
  readonly fewestInPlay: number;
  /** How far a match may be moved from its wished kick-off. */
  readonly reachSeconds: number;
  readonly seed: number;
  readonly rounds: number;
}

const STEP_SECONDS = 60;

/**
 * Chooses kick-offs on a circle, so that a loop has no poor moment at its seam either: a local search that moves one
 * match at a time and keeps what makes the long gaps between highlights shorter. The same seed finds the same kick-offs.
 */
export function chooseKickOffs(matches: readonly StagedMatch[], rules: StagingRules): number[] {
  const random = Random.fromSeed(rules.seed);
  const kickOffs = matches.map(({ wishedSeconds }) => wishedSeconds);
  const steps = Math.floor(rules.reachSeconds / STEP_SECONDS);
  let cost = costOf(matches, kickOffs, rules);
  for (let round = 0; round < rules.rounds; round++) {
    const index = random.below(matches.length);
    const before = kickOffs[index] as number;
    const match = matches[index] as StagedMatch;
    const moved = match.wishedSeconds + (random.below(2 * steps + 1) - steps) * STEP_SECONDS;
    if (crossesSeam(match, moved, rules) !== crossesSeam(match, match.wishedSeconds, rules)) continue;
    kickOffs[index] = moved;
    const next = costOf(matches, kickOffs, rules);
    if (next <= cost) cost = next;
    else kickOffs[index] = before;
  }
  return kickOffs;
}

/**
 * Whether a match is in play at the seam of the loop. The wishes settle that: the last match of a tournament must not be
 * cut in two, nor the first one be over before the loop begins.
 */
function crossesSeam({ lengthSeconds }: StagedMatch, kickOffSeconds: number, { loopSeconds }: StagingRules): boolean {
  const end = kickOffSeconds + lengthSeconds;
  return (kickOffSeconds < 0 && end > 0) || (kickOffSeconds < loopSeconds && end > loopSeconds);
}

/** A gap costs by its fourth power: one long gap is worse than many middling ones, and no gap is free to grow. */
function costOf(matches: readonly StagedMatch[], kickOffs: readonly number[], rules: StagingRules): number {
  const { loopSeconds, fewestInPlay } = rules;
  const times: number[] = [];
  for (const [index, { highlights }] of matches.entries()) {
    for (const seconds of highlights) times.push(onCircle((kickOffs[index] as number) + seconds, loopSeconds));
  }
  times.sort((a, b) => a - b);
  let cost = 0;
  let previous = (times.at(-1) ?? 0) - loopSeconds;
  for (const time of times) {
    const gap = (time - previous) / STEP_SECONDS;
    cost += gap * gap * gap * gap;
    previous = time;
  }
  const missing = Math.max(0, fewestInPlay - countFewest(matches, kickOffs, loopSeconds));
  return cost * (1 + missing);
}

function countFewest(matches: readonly StagedMatch[], kickOffs: readonly number[], loopSeconds: number): number {
  const changes: [seconds: number, by: number][] = [];
  let count = 0;
  for (const [index, { lengthSeconds }] of matches.entries()) {
    const start = onCircle(kickOffs[index] as number, loopSeconds);
    const end = onCircle(start + lengthSeconds, loopSeconds);
    if (end < start) count++;
    changes.push([start, 1], [end, -1]);
  }
  // Ends before starts, so that a moment between two matches is not missed.
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let fewest = count;
  for (const [, by] of changes) fewest = Math.min(fewest, (count += by));
  return fewest;
}

function onCircle(seconds: number, loopSeconds: number): number {
  return ((seconds % loopSeconds) + loopSeconds) % loopSeconds;
}
