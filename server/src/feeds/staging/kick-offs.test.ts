import { describe, expect, it } from 'vitest';
import { chooseKickOffs, type StagedMatch, type StagingRules } from './kick-offs.ts';
import { longestGap } from './quality.ts';

const RULES: StagingRules = {
  loopSeconds: 7200,
  endSeconds: 6600,
  editionSeconds: 9000,
  fewestInPlay: 1,
  mostInPlay: 2,
  seed: 1,
  rounds: 2000,
};
/** With a goal at the start only: one after the other they leave long gaps. */
const MATCHES: readonly StagedMatch[] = Array.from({ length: 5 }, () => ({ lengthSeconds: 2400, highlights: [600] }));
const WAITS = [
  { before: 0, after: 2, seconds: 2430 },
  { before: 2, after: 4, seconds: 2430 },
];

describe('kick-offs chosen for a loop', () => {
  const kickOffs = chooseKickOffs(MATCHES, WAITS, RULES);

  it('are the same for the same seed', () => {
    expect(chooseKickOffs(MATCHES, WAITS, RULES)).toEqual(kickOffs);
  });

  it('are whole minutes inside the edition, the last match at its end', () => {
    for (const seconds of kickOffs) {
      expect(Math.abs(seconds % 60)).toBe(0);
      expect(seconds).toBeGreaterThanOrEqual(6600 - 9000);
      expect(seconds + 2400).toBeLessThanOrEqual(6600);
    }
    expect(kickOffs[4]).toBe(6600 - 2400);
  });

  it('keep the waits', () => {
    for (const { before, after, seconds } of WAITS) {
      expect((kickOffs[after] ?? NaN) - (kickOffs[before] ?? NaN)).toBeGreaterThanOrEqual(seconds);
    }
  });

  it('leave no gap on the circle much longer than it has to be', () => {
    const goals = kickOffs.map((seconds) => (seconds + 600 + RULES.loopSeconds) % RULES.loopSeconds);
    expect(longestGap(goals, RULES.loopSeconds)).toBeLessThan((1.3 * RULES.loopSeconds) / MATCHES.length);
  });
});
