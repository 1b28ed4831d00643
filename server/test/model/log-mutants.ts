import { edit } from '../support/edited-sources.ts';
import type { Mutant } from './reader-mutants.ts';

const DOCUMENT = 'shared/src/topic-document.ts';
const HUB = 'server/src/hub/hub.ts';
const INTAKE = 'server/src/hub/intake.ts';

/** What keeps an instance true to the log, and a document the same however it was folded. */
export const LOG_MUTANTS: readonly Mutant[] = [
  {
    rule: 'intake',
    without: 'a batch after a hole waits',
    edits: [edit(HUB, "if (batch.from > this.seq) return 'gap';", '')],
  },
  {
    rule: 'intake',
    without: 'of a batch that overlaps only the rest is taken',
    edits: [edit(HUB, '.slice(this.seq - batch.from)', '')],
  },
  {
    rule: 'intake',
    without: 'a hole is mended from the store',
    edits: [edit(INTAKE, 'this.#repairIn(OVERTAKEN_MS);', '')],
  },
  {
    rule: 'intake',
    without: 'a trimmed log is loaded anew',
    edits: [edit(INTAKE, 'if (missing === undefined) return this.#reload();', 'if (missing === undefined) return;')],
  },
  {
    rule: 'intake',
    without: 'a batch of another epoch makes the namespace be loaded anew',
    edits: [edit(INTAKE, '.some(({ epoch }) => epoch !== this.#hub.epoch)', '.some(() => false)')],
  },
  {
    rule: 'document',
    without: 'trimming goes by number',
    edits: [
      edit(
        DOCUMENT,
        'if ((this.#log[0] as Entry).n < oldest) this.#log = this.#log.filter(({ n }) => n >= oldest);',
        'if (oldest > 0) this.#log = this.#log.slice(-this.#logLimit);',
      ),
    ],
  },
  {
    rule: 'document',
    without: 'purged tombstones raise the floor',
    edits: [edit(DOCUMENT, 'this.floor = Math.max(this.floor, seq);', '')],
  },
  {
    rule: 'document',
    without: 'a reset raises the floor',
    edits: [edit(DOCUMENT, '      this.#clear(seq);\n', '      this.#clear(this.floor);\n')],
  },
  {
    rule: 'document',
    without: 'a new numbering is told from one that goes on',
    edits: [edit(DOCUMENT, 'since < this.numberedSince ? 2 : 1', 'since < -1 ? 2 : 1')],
  },
  {
    rule: 'document',
    without: 'a numbering that goes on is told from a new one',
    edits: [edit(DOCUMENT, 'since < this.numberedSince ? 2 : 1', '2')],
  },
  {
    rule: 'document',
    without: 'entries known already are not taken again',
    edits: [edit(DOCUMENT, 'entries.filter(([n]) => n > this.lastEntry)', 'entries')],
  },
  {
    rule: 'document',
    without: 'entries known before a full delta are no news',
    edits: [
      edit(
        DOCUMENT,
        'const known = full === 2 ? 0 : this.lastEntry;',
        'const known = full !== 0 ? 0 : this.lastEntry;',
      ),
    ],
  },
  {
    rule: 'document',
    without: 'deleted names are told',
    edits: [
      edit(
        DOCUMENT,
        'if (field.seq > since) fields.push',
        'if (field.seq > since && field.value !== null) fields.push',
      ),
    ],
  },
];
