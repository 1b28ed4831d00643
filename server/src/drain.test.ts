import { describe, expect, it } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { drain, type Leaver } from './drain.ts';

interface Told {
  retryInMs: number | undefined;
  closedMs: number | undefined;
}

function crowd(count: number, clock: ManualClock): { told: Told[]; leavers: Leaver[] } {
  const told = Array.from({ length: count }, (): Told => ({ retryInMs: undefined, closedMs: undefined }));
  const leavers = told.map((one) => ({
    tell: (retryInMs: number) => void (one.retryInMs = retryInMs),
    close: () => void (one.closedMs = clock.monotonicMs()),
  }));
  return { told, leavers };
}

/** An awaited timer goes on in a microtask. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await Promise.resolve();
    await Promise.resolve();
  }
}

function wobble(): () => number {
  let seed = 1;
  return () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('a drain', () => {
  it('closes each at about the moment it was told, evenly over five seconds', async () => {
    const clock = new ManualClock();
    const { told, leavers } = crowd(1_000, clock);
    const drained = drain(leavers, Promise.resolve(), clock, wobble());
    expect(told.every(({ retryInMs }) => retryInMs !== undefined)).toBe(true);
    await pass(clock, 5_200);
    await drained;
    for (const { retryInMs = NaN, closedMs = NaN } of told) {
      expect(closedMs).toBeGreaterThanOrEqual(retryInMs);
      expect(closedMs - retryInMs).toBeLessThanOrEqual(110);
    }
    for (let second = 0; second < 5; second++) {
      const inIt = told.filter(({ retryInMs = NaN }) => Math.floor(retryInMs / 1_000) === second);
      expect(inIt.length).toBeGreaterThan(190);
      expect(inIt.length).toBeLessThan(210);
    }
    // Chance decides who leaves when: those who came together do not go together.
    const firstHundred = told.slice(0, 100).map(({ retryInMs = NaN }) => retryInMs);
    expect(Math.max(...firstHundred) - Math.min(...firstHundred)).toBeGreaterThan(4_000);
  });

  it('is over soon when there are few, and at once when there is nobody', async () => {
    const clock = new ManualClock();
    await drain([], Promise.resolve(), clock, () => 0.5);
    const { told, leavers } = crowd(3, clock);
    const drained = drain(leavers, Promise.resolve(), clock, () => 0.999);
    await pass(clock, 420);
    await drained;
    expect(told.map(({ closedMs }) => closedMs !== undefined)).toEqual([true, true, true]);
  });

  it('closes nobody who still waits for an answer', async () => {
    const clock = new ManualClock();
    const { told, leavers } = crowd(1, clock);
    let answer = () => undefined as void;
    const drained = drain(leavers, new Promise<void>((done) => (answer = done)), clock, () => 0.5);
    await pass(clock, 2_000);
    expect(told[0]?.closedMs).toBeUndefined();
    answer();
    await pass(clock, 200);
    await drained;
    expect(told[0]?.closedMs).toBeGreaterThanOrEqual(2_000);
  });
});
