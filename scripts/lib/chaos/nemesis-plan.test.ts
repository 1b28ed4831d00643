import { expect, it } from 'vitest';
import { FAULTS } from './history.ts';
import { planFaults, type NemesisOptions } from './nemesis-plan.ts';

const options: NemesisOptions = {
  seed: 1,
  durationMs: 600_000,
  instances: 3,
  pauseMs: { least: 2_000, most: 8_000 },
  hangMs: { least: 2_000, most: 15_000 },
};

it('the same seed breaks the same things at the same time, and another one others', () => {
  expect(planFaults(options)).toEqual(planFaults(options));
  expect(planFaults(options)).not.toEqual(planFaults({ ...options, seed: 2 }));
});

it('breaks each thing once before it breaks one again, as long as there is time', () => {
  const plan = planFaults(options);
  const kinds = plan.map(({ kind }) => kind);
  expect(new Set(kinds.slice(0, FAULTS.length)).size).toBe(FAULTS.length);
  const lengthMs = plan.reduce((sum, { afterMs, lastsMs }) => sum + afterMs + lastsMs, 0);
  expect(lengthMs).toBeLessThanOrEqual(options.durationMs);
  expect(lengthMs).toBeGreaterThan(options.durationMs - 25_000);
  expect(planFaults({ ...options, kinds: ['kill'] }).every(({ kind }) => kind === 'kill')).toBe(true);
});
