import type { Json } from '@bigboard/shared/json';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { MarketSimulator } from '../feeds/market-simulator/market-simulator.ts';
import { readRecording, WORLD_CUP_RECORDING } from '../feeds/recording-file.ts';
import { ReplayFeed } from '../feeds/replay.ts';
import type { Deriver } from './deriver.ts';
import { DERIVERS } from './derivers.ts';
import { takeBatches } from './test/feed-batches.ts';
import { runWithOutages, writeAll, type Outage, type SourceBatch } from './test/restarts.ts';

const SEED = 20261125;
const RUNS = 2;
const MINUTE_MS = 60_000;

/** Outages all along so many batches. */
function outagesOver(batches: number): fc.Arbitrary<Outage[]> {
  const outage = fc.record({
    afterBatches: fc.nat(Math.ceil(batches / 10)),
    batches: fc.integer({ min: 1, max: 8 }),
    isCrash: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn > 0),
  });
  return fc.array(outage, { minLength: 20, maxLength: 20 });
}

function expectLaw(create: () => Deriver, written: readonly SourceBatch[]): void {
  const sources = written.filter(({ producer }) => producer !== `derived:${create().name}`);
  const undisturbed = runWithOutages(create, sources, []);
  expect(Object.keys(undisturbed)).not.toEqual([]);
  fc.assert(
    fc.property(outagesOver(sources.length), (outages) => {
      expect(runWithOutages(create, sources, outages)).toEqual(undisturbed);
    }),
    { seed: SEED, numRuns: RUNS },
  );
}

describe('the simulated market ends, over a night, as if no deriver had ever been stopped', () => {
  let written: SourceBatch[];

  beforeAll(() => {
    const simulator = new MarketSimulator({ seed: 7, symbols: 8, startMinute: 388 });
    const market = takeBatches(simulator, 'markets', 500, 4 * MINUTE_MS);
    const statuses = market.flatMap(({ updates }) =>
      updates.map(({ topic, fields }) => topic === 'session' && fields?.['status']),
    );
    expect(new Set(statuses)).toEqual(new Set([false, 'open', 'auction', 'closed', 'pre']));
    written = writeAll(create(DERIVERS.markets), market);
  });

  test.each(byName(DERIVERS.markets))('%s', (_, create) => expectLaw(create, written));
});

describe('the World Cup ends, over the seam of its loop, as if no deriver had ever been stopped', () => {
  let written: SourceBatch[];

  beforeAll(async () => {
    const recording = await readRecording(WORLD_CUP_RECORDING);
    const { durationMs } = new ReplayFeed(recording, { name: 'cup', loop: true });
    // The final with its shoot-out, then the first matches again.
    const replay = new ReplayFeed(recording, { name: 'cup', loop: true, fromMs: durationMs - 150 * MINUTE_MS });
    const cup = takeBatches(replay, 'sports', 1_000, 230 * MINUTE_MS);
    const types = cup.slice(1).flatMap(({ updates }) => updates.flatMap(({ log = [] }) => log.map(typeOf)));
    expect([...new Set(types)].sort()).toEqual(['card', 'goal', 'kick', 'period', 'substitution']);
    expect(cup.slice(1).some(({ updates }) => updates.length > 100)).toBe(true);
    written = writeAll(create(DERIVERS.sports), cup);
  });

  test.each(byName(DERIVERS.sports))('%s', (_, create) => expectLaw(create, written));
});

function create(derivers: readonly (() => Deriver)[]): Deriver[] {
  return derivers.map((deriver) => deriver());
}

function byName(derivers: readonly (() => Deriver)[]): [string, () => Deriver][] {
  return derivers.map((deriver) => [deriver().name, deriver]);
}

function typeOf(entry: Json): unknown {
  return typeof entry === 'object' && entry !== null && 'type' in entry ? entry.type : undefined;
}
