import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edit, EditedSources, type Edit } from '../support/edited-sources.ts';
import type * as Run from './run.ts';
import { runLeases } from './run.ts';

const LONG = Boolean(process.env['BIGBOARD_LONG']);
const SEEDS = LONG ? 2_000 : 60;
/** A defect that none of so many runs shows would not be found. */
const MOST_SEEDS = 400;

test(`${SEEDS} runs: one leader at a time, nothing lost or doubled, every acknowledged command in force`, async () => {
  let entries = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = await runLeases(seed);
    expect(run.broken, `SEED=${seed}`).toBeUndefined();
    entries += run.entries;
  }
  console.log(`seeds 1 to ${SEEDS}: ${entries} entries`);
}, 600_000);

const WRITER = 'server/src/feeds/feed-writer.ts';
const DERIVERS = 'server/src/derive/led-derivers.ts';
const DERIVER = 'server/src/derive/runner.ts';
const LEASE = 'server/src/store/redis/redis-lease.ts';
const GUARD = 'server/src/store/leased-store.ts';

const DEFECTS: readonly (readonly [what: string, edits: readonly Edit[]])[] = [
  [
    'a feed that names no fence',
    [edit(WRITER, 'const fence = this.#fence === undefined ? {} : { fence: this.#fence };', 'const fence = {};')],
  ],
  [
    'a deriver that names no fence',
    [edit(DERIVER, '...(this.#fence === undefined ? {} : { fence: this.#fence }),', '')],
  ],
  [
    "no look at one's own clock before something is sent",
    [edit(GUARD, 'if (fence !== undefined && !this.#guard.allows(fence))', 'if (fence === undefined)')],
  ],
  [
    'a lease that is counted on for longer than Redis keeps it',
    [edit(LEASE, 'const USE_MS = LEASE_MS - 300;', 'const USE_MS = LEASE_MS + 300;')],
  ],
  [
    'derivers that read what is stored before others are fenced off',
    [edit(DERIVERS, 'if (fence !== undefined) await this.#fenceOthersOff(fence);', '')],
  ],
  [
    'a feed that forgets its checkpoint',
    [edit(WRITER, '...(isChanged ? { checkpoint: this.#checkpoint(namespace, topics) } : {}),', '')],
  ],
  [
    'a deriver that forgets its place',
    [edit(DERIVER, 'checkpoint: { epoch, seq: queue.seq, ...this.#stateOf(deriver) },', '')],
  ],
  [
    'a leader that goes on when it is in doubt what was stored',
    [edit(GUARD, "if (error.isInDoubt) this.#guard.end(fence, 'it is not known what was stored');", '')],
  ],
];

describe('is found out:', () => {
  let sources: EditedSources;
  const table: string[] = [];
  beforeAll(async () => {
    sources = await EditedSources.open();
  });
  afterAll(async () => {
    await sources.close();
    console.log(table.join('\n'));
  });

  test.each(DEFECTS)('%s', { timeout: 600_000 }, async (what, edits) => {
    const { runLeases: run } = await sources.load<typeof Run>('/server/test/leases/run.ts', edits);
    let seed = 0;
    let broken: string | undefined;
    while (broken === undefined && seed < MOST_SEEDS) broken = (await run(++seed)).broken;
    table.push(`${what.padEnd(66)}seed ${seed}: ${broken}`);
    expect(broken).toBeDefined();
  });
});
