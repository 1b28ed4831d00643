import { foldUpdates } from '@bigboard/shared/fold';
import type { Json } from '@bigboard/shared/json';
import { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from '../deriver.ts';

/** A batch of somebody else's. */
export interface SourceBatch {
  readonly producer: string;
  readonly updates: readonly Update[];
}

/** A stretch of batches whose output cannot be stored. */
export interface Outage {
  /** How many batches after the end of the one before it begins. */
  readonly afterBatches: number;
  readonly batches: number;
  /** At its end the process dies, and what was not stored is lost; else it is stored then, together. */
  readonly isCrash: boolean;
}

/** Ways to restore wrongly: a test that does not notice them proves nothing. */
export type Mutant =
  | 'does not fold again'
  | 'folds one batch twice'
  | 'forgets the untold entries'
  | 'forgets its own topics'
  | 'forgets its state'
  | 'does not tell what they lack';

interface Options {
  readonly mutant?: Mutant;
  /** Whether there may be an outage, or a place not stored, at a batch. */
  readonly mayLack?: (batch: SourceBatch) => boolean;
}

interface Checkpoint {
  readonly seq: number;
  readonly state: string;
}

interface LoggedBatch extends SourceBatch {
  readonly from: number;
}

/** The log as one deriver sees it: the batches of others, and its own output. */
class OneDeriversLog {
  readonly documents = new Map<string, TopicDocument>();
  readonly batches: LoggedBatch[] = [];
  readonly ownTopics = new Set<string>();
  seq = 0;
  /** Where the newest batch of another ends. */
  sourceSeq = 0;

  append(producer: string, updates: readonly Update[]): void {
    if (updates.length === 0) return;
    // What a store gives back has been JSON.
    const stored = JSON.parse(JSON.stringify(updates)) as Update[];
    foldUpdates(this.documents, this.seq, stored);
    this.batches.push({ producer, updates: stored, from: this.seq });
    this.seq += updates.length;
    if (producer === 'own') for (const { topic } of stored) this.ownTopics.add(topic);
    else this.sourceSeq = this.seq;
  }

  after(seq: number): LoggedBatch[] {
    return this.batches.filter(({ from, producer }) => from >= seq && producer !== 'own');
  }

  /** All that the deriver has told, as a reader sees it. A topic with nothing in it is as good as none. */
  told(): Record<string, unknown> {
    const topics = [...this.ownTopics].sort().map((topic) => {
      const document = this.documents.get(topic) as TopicDocument;
      const log = document.log.map(({ n, time, entry }) => [n, time, entry]);
      return [topic, { fields: document.values(), log }] as const;
    });
    return Object.fromEntries(topics.filter(([, { fields, log }]) => Object.keys(fields).length > 0 || log.length > 0));
  }
}

export function foldBatch(deriver: Deriver, { producer, updates }: SourceBatch): readonly Update[] {
  for (const update of updates) deriver.fold(update, producer);
  return deriver.settle(updates.at(-1)?.time ?? 0);
}

/** What a deriver has told in the end when it was stopped and started like this. */
export function runWithOutages(
  create: () => Deriver,
  sources: readonly SourceBatch[],
  outages: readonly Outage[],
  { mutant, mayLack = () => true }: Options = {},
): Record<string, unknown> {
  const log = new OneDeriversLog();
  const waiting = [...outages];
  let deriver = create();
  let checkpoint: Checkpoint | undefined;
  let unstored: Update[] = [];
  let untilOutage = waiting[0]?.afterBatches ?? Infinity;
  let left = 0;
  const store = (output: readonly Update[]) => {
    log.append('own', output);
    checkpoint = { seq: log.sourceSeq, state: JSON.stringify(deriver.state()) };
  };
  sources.forEach((batch, index) => {
    if (!mayLack(batch) && unstored.length > 0) store(unstored.splice(0));
    log.append(batch.producer, batch.updates);
    const source = log.batches.at(-1) as SourceBatch;
    unstored.push(...foldBatch(deriver, source));
    if (left === 0 && untilOutage-- <= 0) left = waiting[0]?.batches ?? 0;
    const isAway = left > 0 && mayLack(batch);
    const isEnd = left > 0 && --left === 0;
    const outage = isEnd ? waiting.shift() : undefined;
    if (isEnd) untilOutage = waiting[0]?.afterBatches ?? Infinity;
    if (outage?.isCrash) {
      if (!isAway) store(unstored);
      unstored = [];
      deriver = create();
      store(restore(deriver, log, checkpoint, mutant));
    } else if ((!isAway || isEnd) && (unstored.length > 0 || index % 3 === 0 || !mayLack(batch))) {
      store(unstored);
      unstored = [];
    }
  });
  if (unstored.length > 0) store(unstored);
  return log.told();
}

function restore(
  deriver: Deriver,
  log: OneDeriversLog,
  checkpoint: Checkpoint | undefined,
  mutant: Mutant | undefined,
): readonly Update[] {
  const documents = new Map<string, TopicDocument>();
  for (const [topic, document] of log.documents) {
    if (mutant === 'forgets its own topics' && log.ownTopics.has(topic)) continue;
    documents.set(
      topic,
      TopicDocument.restore(JSON.parse(JSON.stringify(document.state())) as ReturnType<TopicDocument['state']>),
    );
  }
  const state = mutant === 'forgets its state' ? undefined : (JSON.parse(checkpoint?.state ?? 'null') as Json);
  if (deriver.resumesFrom === 'documents') {
    deriver.restore({
      documents,
      foldedSeq: log.seq,
      state: checkpoint === undefined ? undefined : state,
      unfolded: [],
    });
    return mutant === 'does not tell what they lack' ? [] : deriver.settle(0);
  }
  const foldedSeq = checkpoint?.seq ?? 0;
  const missed = log.after(foldedSeq);
  if (checkpoint !== undefined) {
    deriver.restore({ documents, foldedSeq, state, unfolded: missed.flatMap(({ updates }) => updates) });
  }
  const before = log.after(0).findLast(({ from }) => from < foldedSeq);
  if (mutant === 'does not fold again') return [];
  const again = mutant === 'folds one batch twice' && before !== undefined ? [before, ...missed] : missed;
  const output = again.flatMap((batch) => foldBatch(deriver, batch));
  return mutant === 'forgets the untold entries' ? output.map((update) => ({ ...update, log: [] })) : output;
}

/** What everybody writes when none is ever stopped: the batches of the feeds, and of all these derivers. */
export function writeAll(derivers: readonly Deriver[], sources: readonly SourceBatch[]): SourceBatch[] {
  const written: SourceBatch[] = [];
  const write = (batch: SourceBatch): void => {
    written.push(batch);
    for (const deriver of derivers) {
      const producer = `derived:${deriver.name}`;
      if (producer === batch.producer) continue;
      const updates = foldBatch(deriver, batch);
      if (updates.length > 0) write({ producer, updates });
    }
  };
  sources.forEach(write);
  return written;
}
