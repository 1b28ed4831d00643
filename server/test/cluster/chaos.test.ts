import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportTable } from '../../../scripts/lib/chaos/report-table.ts';
import { runChaos } from '../../../scripts/lib/chaos/run-chaos.ts';
import { findRedisServer } from '../../../scripts/lib/system-tools.mjs';

const LONG = Boolean(process.env['BIGBOARD_LONG']);
const MINUTES = LONG ? 10 : 0.5;
/** Within half a minute it wipes Redis, brings an older copy of it, and stops and kills who leads. */
const SHORT_SEED = 205;
/** `SEED=7 npm test -- chaos.test` breaks other things at other times. */
const OWN_SEED = process.env['SEED'];
const SEEDS = OWN_SEED !== undefined ? [Number(OWN_SEED)] : LONG ? [1, 2, 3] : [SHORT_SEED];

/** The short run goes on beside all other tests, on whatever cores there are: there it shows that everyone comes back at all. */
const BOUNDS = LONG
  ? { killMs: { most: 5_000, all: 10_000 }, redisMs: 5_000 }
  : { killMs: { most: 20_000, all: 20_000 }, redisMs: 20_000 };

it.each(SEEDS)(
  `loses, doubles, mixes and turns round nothing while everything is broken in turn (${MINUTES} minutes, seed %i)`,
  { timeout: (MINUTES + 5) * 60_000 },
  async (seed) => {
    const folder = await mkdtemp(join(tmpdir(), 'bigboard-chaos-'));
    const report = await runChaos({
      ...{ seed, folder, durationMs: MINUTES * 60_000, instances: 3, rowsPerSecond: 100 },
      readers: LONG ? 300 : 60,
      redisFile: findRedisServer() ?? 'redis-server',
      bounds: BOUNDS,
      pauseMs: LONG ? { least: 2_000, most: 8_000 } : { least: 500, most: 2_000 },
      hangMs: LONG ? { least: 2_000, most: 15_000 } : { least: 2_000, most: 4_000 },
    });
    console.log(`SEED=${seed}\n${reportTable(report)}`);
    expect(report.findings.texts, `the histories are in ${folder}`).toEqual([]);
    // Where nobody pushed or read, nothing could have been lost either.
    expect(report.acknowledged).toBeGreaterThan(MINUTES * 2_000);
    expect(report.changes).toBeGreaterThan(MINUTES * 10_000);
    await rm(folder, { recursive: true });
  },
);
