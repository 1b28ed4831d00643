import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { edit, type Edit } from '../support/edited-sources.ts';
import { runCampaign } from './campaign.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const STORE = 'server/src/store/memory-store.ts';

/** Planted in the server that is killed: what the campaign would not find, it would not have proven absent. */
const DEFECTS: readonly (readonly [defect: string, edits: readonly Edit[]])[] = [
  [
    "forgets a producer's newest id",
    [edit('server/src/journal/segment-parser.ts', 'lastId === undefined ? {} : { ids, lastId }', '{}')],
  ],
  [
    'cuts one line too many',
    [
      edit(
        'server/src/journal/read-segment.ts',
        'if (parser.isBetweenRecords) end = line.end;',
        'if (parser.isBetweenRecords) end = line.offset;',
      ),
    ],
  ],
  [
    'acknowledges before the write',
    [
      edit(
        STORE,
        'await journal.write(placed.map(({ appended }) => appended));',
        'this.#settle(placed); await journal.write(placed.map(({ appended }) => appended)); continue;',
      ),
      edit(
        'server/src/journal/file-journal.ts',
        'await this.#segment.file.write(bytes',
        'await new Promise((done) => setTimeout(done, 20)); await this.#segment.file.write(bytes',
      ),
    ],
  ],
  [
    'applies and shows before the write',
    [
      edit(
        STORE,
        'await journal.write(placed.map(({ appended }) => appended));',
        'for (const { appended } of placed) { this.#log(appended.namespace).apply(appended); this.#deliver(appended); } await journal.write(placed.map(({ appended }) => appended)); for (const { waiting, appended } of placed) waiting.resolve(appended); continue;',
      ),
      edit(
        'server/src/journal/file-journal.ts',
        'await this.#segment.file.write(bytes',
        'await new Promise((done) => setTimeout(done, 60)); await this.#segment.file.write(bytes',
      ),
    ],
  ],
];

/** Kills until which it has to be found out. */
const KILLS = 40;

it.each(DEFECTS)('a server that %s is found out', { timeout: 600_000 }, async (defect, edits) => {
  const root = await mkdtemp(join(tmpdir(), 'bigboard-defect-'));
  try {
    await copyServer(root, edits);
    const result = await runCampaign({ seed: 1, kills: KILLS, rowsPerSecond: 5_000, root, isImpatient: true });
    console.log(`${defect}: after ${result.kills} kills: ${String(result.violations[0]).slice(0, 120)}`);
    expect(result.violations).not.toEqual([]);
  } finally {
    await rm(root, { recursive: true });
  }
});

async function copyServer(root: string, edits: readonly Edit[]): Promise<void> {
  for (const part of ['server/src', 'server/package.json', 'server/recordings', 'package.json', 'tsconfig.json']) {
    await cp(join(ROOT, part), join(root, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const { file, find, replace } of edits) {
    const text = await readFile(join(root, file), 'utf8');
    const pieces = text.split(find);
    if (pieces.length !== 2) throw new Error(`${file} has ${pieces.length - 1} places that read: ${find}`);
    await writeFile(join(root, file), pieces.join(replace));
  }
}
