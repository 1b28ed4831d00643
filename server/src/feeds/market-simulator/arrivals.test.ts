import { describe, expect, test } from 'vitest';
import { baseRateFor, drawArrival } from './arrivals.ts';
import { Random } from './random.ts';

describe('arrivals', () => {
  test('come at the wished mean rate, and in clusters', () => {
    const random = Random.fromSeed(11);
    const rate = baseRateFor(2);
    const seconds = 20_000;
    const perTenSeconds = new Array<number>(seconds / 10).fill(0);
    let timeMs = 0;
    let excitation = 0;
    for (;;) {
      const arrival = drawArrival(random, rate, excitation);
      excitation = arrival.excitation;
      timeMs += arrival.waitMs;
      expect(arrival.waitMs).toBeGreaterThanOrEqual(1);
      if (timeMs >= seconds * 1_000) break;
      perTenSeconds[Math.floor(timeMs / 10_000)]!++;
    }
    const mean = perTenSeconds.reduce((sum, count) => sum + count, 0) / perTenSeconds.length;
    const variance =
      perTenSeconds.reduce((sum, count) => sum + (count - mean) * (count - mean), 0) / perTenSeconds.length;
    expect(mean / 10).toBeGreaterThan(1.8);
    expect(mean / 10).toBeLessThan(2.2);
    // 1 if they were independent of each other.
    expect(variance / mean).toBeGreaterThan(2);
  });
});
