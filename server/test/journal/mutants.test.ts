import { afterAll, beforeAll, expect, it } from 'vitest';
import { edit, EditedSources, type Edit } from '../support/edited-sources.ts';
import type * as run from './run.ts';

const JOURNAL = 'server/src/journal/file-journal.ts';
const WRITER = 'server/src/journal/segment-writer.ts';
const RECOVERY = 'server/src/journal/recovery.ts';
const READ = 'server/src/journal/read-segment.ts';
const PARSER = 'server/src/journal/segment-parser.ts';
const STORE = 'server/src/store/memory-store.ts';
const SEQUENCER = 'server/src/store/sequencer.ts';
const LOG = 'server/src/store/namespace-log.ts';
const KEYFRAME = 'server/src/journal/keyframe.ts';

/** Defects that the law has to find, or it proves nothing. */
const MUTANTS: readonly (readonly [defect: string, edits: readonly Edit[]])[] = [
  [
    'acknowledges before the sync',
    [edit(JOURNAL, 'await this.#segment.file.sync();\n      this.#mustVerify = false;', 'this.#mustVerify = false;')],
  ],
  [
    'acknowledges before the write',
    [
      edit(STORE, 'await journal.write(placed', 'journal.write(placed'),
      edit(
        STORE,
        'placed.map(({ appended }) => appended));',
        'placed.map(({ appended }) => appended)).catch(() => 0);',
      ),
    ],
  ],
  [
    'applies and shows before the write',
    [
      edit(
        STORE,
        'const placed = this.#place(this.#waiting.splice(0));\n',
        'const placed = this.#place(this.#waiting.splice(0));\n      for (const { appended } of placed) { this.#log(appended.namespace).apply(appended); if (appended.updates.length > 0) this.#deliver(appended); }\n',
      ),
      edit(
        STORE,
        '      this.#log(appended.namespace).apply(appended);\n      if (appended.updates.length > 0) this.#deliver(appended);\n',
        '',
      ),
    ],
  ],
  ["forgets a producer's newest id", [edit(KEYFRAME, '{ producer, ...state }', '{ producer, ...state, lastId: 0 }')]],
  [
    "forgets a producer's newest id within a segment",
    [edit(PARSER, 'lastId === undefined ? {} : { ids, lastId }', '{}')],
  ],
  [
    'forgets a checkpoint',
    [edit(PARSER, 'checkpoint === undefined ? {} : { checkpoint }),\n    });', '{}),\n    });')],
  ],
  [
    'cuts one line too many',
    [edit(READ, 'if (parser.isBetweenRecords) end = line.end;', 'if (parser.isBetweenRecords) end = line.offset;')],
  ],
  ['leaves the torn end where it is', [edit(JOURNAL, "if (typeof active !== 'number') await journal.#cut();", '')]],
  [
    'goes on after a failure where it stopped',
    [
      edit(JOURNAL, 'await this.#segment.file.truncate(this.#segment.bytes);', ''),
      edit(JOURNAL, 'if (end !== this.#segment.bytes) throw', 'if (false) throw'),
    ],
  ],
  [
    'trusts a descriptor whose sync has failed',
    [
      edit(JOURNAL, 'if (this.#failure !== undefined) await this.#mend();', ''),
      edit(JOURNAL, 'if (this.#failure !== undefined) throw this.#failure;\n', ''),
    ],
  ],
  ['stores an id twice', [edit(SEQUENCER, 'findIndex((id) => id > lastId)', 'findIndex((id) => id >= lastId)')]],
  ['knows only what was stored before of the ids of a group', [edit(SEQUENCER, 'this.#lastIds.set(key, newest);', '')]],
  [
    'begins a new epoch',
    [
      edit(
        RECOVERY,
        'NamespaceLog.restore(namespace, state, producers)',
        'NamespaceLog.restore(namespace, { ...state, epoch: `${state.epoch}x`.slice(0, 32) }, producers)',
      ),
      edit(RECOVERY, 'if (batch.epoch !== log.epoch) throw', 'if (false) throw'),
    ],
  ],
  ['forgets what was written while a keyframe was', [edit(JOURNAL, 'this.#rotation?.carried.push(text);', '')]],
  [
    'names a segment before it is synced',
    [
      edit(
        WRITER,
        'const file = this.#file as DiskFile;\n    await file.sync();',
        'const file = this.#file as DiskFile;',
      ),
    ],
  ],
  [
    'gives a number twice, and undoes a segment that failed when the next has its number',
    [
      edit(JOURNAL, '++this.#newestNumber', 'this.#segment.number + 1'),
      edit(JOURNAL, 'this.#abandoned.shift();', 'break;'),
    ],
  ],
  ['keeps a segment that failed', [edit(JOURNAL, 'await rotation.writer.discard();\n    } catch', '} catch')]],
  [
    'leaves out the documents of a keyframe',
    [edit(LOG, 'documents: documents.map((document) => document.capture()),', 'documents: [],')],
  ],
];

const RUNS = process.env['BIGBOARD_LONG'] ? 3_000 : 400;

const table: string[] = [];
let sources: EditedSources;
beforeAll(async () => {
  sources = await EditedSources.open();
});
afterAll(async () => {
  await sources.close();
  console.log(table.join('\n'));
});

it.each(MUTANTS)('is found out when it %s', { timeout: 600_000 }, async (defect, edits) => {
  const { runJournal } = await sources.load<Pick<typeof run, 'runJournal'>>('/server/test/journal/run.ts', edits);
  let seed = 0;
  let broken: string | undefined;
  while (broken === undefined && seed < RUNS) ({ broken } = await runJournal(++seed));
  table.push(`${defect.padEnd(60)}seed ${seed}: ${broken?.slice(0, 80)}`);
  expect(broken, `no law of ${RUNS} runs broke`).toBeDefined();
});
