import { systemClock, type Clock } from '../../src/clock.ts';

/** Time that goes by `factor` times as fast, for promises of half a minute. */
export function fastClock(factor: number): Clock {
  const beganMs = systemClock.monotonicMs();
  const passedMs = () => (systemClock.monotonicMs() - beganMs) * factor;
  return {
    wallMs: () => 1_700_000_000_000 + Math.round(passedMs()),
    monotonicMs: passedMs,
    after: (delayMs, run) => systemClock.after(delayMs / factor, run),
    every: (intervalMs, run) => systemClock.every(intervalMs / factor, run),
    soon: (run) => systemClock.soon(run),
  };
}
