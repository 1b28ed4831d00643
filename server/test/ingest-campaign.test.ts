import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCampaign } from './ingest/run.ts';
import type * as run from './ingest/run.ts';
import { edit, EditedSources, type Edit } from './support/edited-sources.ts';

const LONG = Boolean(process.env['BIGBOARD_LONG']);
const ROWS = LONG ? 100_000 : 10_000;
const SEED = Number(process.env['SEED'] ?? 1);

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'bigboard-campaign-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

it(
  'stores of what is pushed exactly what is good, each once and in order, before and after a restart',
  { timeout: 10 * 60_000 },
  async () => {
    await using folder = await temporaryFolder();
    const { broken, ...counts } = await runCampaign({ seed: SEED, rows: ROWS, dataDir: folder.path });
    console.log(`seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(broken, `SEED=${SEED}`).toBeUndefined();
    expect(counts.rows).toBeGreaterThanOrEqual(ROWS);
    expect(counts.badRows / counts.rows).toBeGreaterThan(0.3);
    expect(counts.ways).toBeGreaterThan(20);
  },
);

const DOOR = 'server/src/ingest/door.ts';
const NUMBERS = 'server/src/ingest/number-rows.ts';
const SIZES = 'server/src/ingest/topic-size.ts';
const JUDGE = 'server/src/ingest/judge-row.ts';
const SEQUENCER = 'server/src/store/sequencer.ts';

/** Defects that the campaign has to find, or it proves nothing. */
const MUTANTS: readonly (readonly [defect: string, edits: readonly Edit[]])[] = [
  [
    'stores a duplicate again',
    [edit(SEQUENCER, 'ids.findIndex((id) => id > lastId)', 'ids.findIndex((id) => id > 0)')],
  ],
  [
    'leaves the id of a rejected row free',
    [edit(DOOR, 'lastId: lastIdOfBatch, ids }', 'lastId: ids.at(-1) ?? firstId - 1, ids }')],
  ],
  [
    'takes a batch after a gap',
    [
      edit(NUMBERS, 'if (firstId > lastId + 1) {', 'if (firstId > lastId + 1_000_000) {'),
      edit(SEQUENCER, 'if (numbering.firstId > lastId + 1) {', 'if (numbering.firstId > lastId + 1_000_000) {'),
    ],
  ],
  [
    'drops a good row after a bad one',
    [
      edit(
        DOOR,
        'if (isFlaw(judged)) {',
        'if (isFlaw(judged) || rejected.at(-1)?.index === index - 1) {\n if (!isFlaw(judged)) return;',
      ),
    ],
  ],
  [
    'lets two connections of a producer go on from one number',
    [
      edit(
        DOOR,
        ': this.#inTurn.run(`${namespace}/${pushedProducer(grant.name, producer)}`, () =>',
        ': this.#inTurn.run(String(Math.random()), () =>',
      ),
    ],
  ],
  [
    'shares ids between tokens',
    [edit(DOOR, 'const name = pushedProducer(grant.name, producer);', "const name = pushedProducer('any', producer);")],
  ],
  ['takes ids that jump', [edit(NUMBERS, 'if (broken >= 0) {', 'if (broken >= 1_000) {')]],
  [
    'forgets what is under way when a field is written again',
    [edit(SIZES, 'if (named !== undefined) return named.bytes;', '')],
  ],
  ['forgets how large a topic has become', [edit(SIZES, 'this.#size = size;', '')]],
  [
    'does not let a reset make room',
    [
      edit(SIZES, 'update.reset ? EMPTY : this.#now()', 'this.#now()'),
      edit(SIZES, 'update.reset ? 0 : this.#bytesOf(name)', 'this.#bytesOf(name)'),
    ],
  ],
  ['takes a row out of scope', [edit(JUDGE, 'if (!isInScope(scopes, namespace, topic)) {', 'if (false) {')]],
  [
    'takes the half of a batch that was cut off',
    [
      edit(
        'server/src/http/updates.ts',
        'if (error instanceof Error) reject(bodyError(error));',
        'if (false) reject(bodyError(error));',
      ),
    ],
  ],
  ['keeps -0, which a restart makes 0', [edit(JUDGE, 'withOneZero(parsed.data)', '(parsed.data)')]],
];

let sources: EditedSources;
beforeAll(async () => {
  sources = await EditedSources.open();
});
afterAll(() => sources.close());

it.each(MUTANTS)('finds a door that %s', { timeout: 120_000 }, async (_defect, edits) => {
  const edited = await sources.load<typeof run>('/server/test/ingest/run.ts', edits);
  let broken: string | undefined;
  for (let seed = 1; broken === undefined && seed <= 5; seed++) {
    // With a journal, as only then something is under way for longer than a turn.
    await using folder = await temporaryFolder();
    ({ broken } = await edited.runCampaign({ seed, rows: 3_000, dataDir: folder.path }));
  }
  expect(broken).toBeDefined();
});
