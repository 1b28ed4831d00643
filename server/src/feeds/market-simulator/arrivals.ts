import type { Random } from './random.ts';

/** Part of all arrivals that another one set off. */
const BRANCHING = 0.55;
/** How fast an arrival's influence fades, per second. */
const FADING = 0.8;

export interface Arrival {
  readonly waitMs: number;
  /** What earlier arrivals add to the rate at the moment of this one, this one included, per second. */
  readonly excitation: number;
}

/** The rate of arrivals nobody set off, for a wished mean rate of all. Per second. */
export function baseRateFor(meanRate: number): number {
  return meanRate * (1 - BRANCHING);
}

/**
 * The next arrival of a self-exciting process: each makes more of them likely for a while, so orders come in clusters
 * (Hawkes, Biometrika 58, 1971; for markets Bacry, Mastromatteo and Muzy, 2015). Drawn by thinning (Ogata, IEEE
 * Transactions on Information Theory 27, 1981).
 */
export function drawArrival(random: Random, baseRate: number, excitation: number): Arrival {
  let waitS = 0;
  let excited = excitation;
  for (;;) {
    // Until the next arrival the rate only falls, so the rate now bounds it.
    const bound = baseRate + excited;
    const stepS = random.exponential(1 / bound);
    waitS += stepS;
    excited *= Math.exp(-FADING * stepS);
    if (random.uniform() * bound <= baseRate + excited) break;
  }
  return { waitMs: Math.ceil(1_000 * waitS), excitation: excited + BRANCHING * FADING };
}
