import { describe, expect, it } from 'vitest';
import { chooseKickOffs, type StagedMatch, type StagingRules } from './kick-offs.ts';
import { longestGap } from './quality.ts';

const RULES: StagingRules = { loopSeconds: 7200, fewestInPlay: 1, reachSeconds: 1200, seed: 1, rounds: 3000 };
/** Four matches with a goal at the start only: left at their wishes, the second half of each hour is empty. */
const MATCHES: readonly StagedMatch[] = [-60, 1200, 3600, 4200].map((wishedSeconds) => ({
  lengthSeconds: 2400,
  highlights: [600],
  wishedSeconds,
}));

function gapOf(kickOffs: readonly number[]): number {
  return longestGap(
    kickOffs.map((seconds) => (seconds + 600 + RULES.loopSeconds) % RULES.loopSeconds),
    RULES.loopSeconds,
  );
}

describe('kick-offs chosen for a loop', () => {
  it('are the same for the same seed', () => {
    expect(chooseKickOffs(MATCHES, RULES)).toEqual(chooseKickOffs(MATCHES, RULES));
  });

  it('leave shorter gaps than the wishes, within reach of them', () => {
    const kickOffs = chooseKickOffs(MATCHES, RULES);
    expect(gapOf(kickOffs)).toBeLessThan(gapOf(MATCHES.map(({ wishedSeconds }) => wishedSeconds)));
    for (const [index, { wishedSeconds }] of MATCHES.entries()) {
      expect(Math.abs((kickOffs[index] as number) - wishedSeconds)).toBeLessThanOrEqual(RULES.reachSeconds);
    }
  });

  it('keep a match in play at the seam there, and no other comes to it', () => {
    const kickOffs = chooseKickOffs(MATCHES, RULES);
    expect(kickOffs[0]).toBeLessThan(0);
    for (const kickOff of kickOffs.slice(1)) {
      expect(kickOff).toBeGreaterThanOrEqual(0);
      expect(kickOff + 2400).toBeLessThanOrEqual(RULES.loopSeconds);
    }
  });
});
