import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { isDeepStrictEqual } from 'node:util';
import type { AppendedBatch, Batch, Store } from '../../src/store/store.ts';
import { readLog, type Row } from './read-log.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { Random } from '../model/random.ts';

const TOPICS = ['a', 'b', 'c:1', 'd:1:x'] as const;
const NAMESPACES = ['markets', 'sports'] as const;

interface Acknowledged {
  readonly batch: Batch;
  readonly appended: AppendedBatch;
}

/** What producers sent and were told, and what readers were shown, over all lives of the process. */
export class History {
  readonly acknowledged: Acknowledged[] = [];
  readonly shown: AppendedBatch[] = [];
  /** By content: every update is another one. */
  readonly sent = new Map<string, { namespace: ViewerNamespace; producer: string; id: number | undefined }>();
  readonly defects: unknown[] = [];
  readonly epochs = new Map<ViewerNamespace, string>();
  /** The rows of each producer by id; what is sent again is the same. */
  readonly #rows = new Map<string, Update[]>();
  readonly #checkpoints = new Map<string, number>();
  #count = 0;

  /** Goes on from anywhere up to the newest row it ever sent, as a producer does that does not know what arrived. */
  nextBatch(namespace: ViewerNamespace, producer: string, random: Random): Batch {
    const updates = Array.from({ length: random.below(4) }, () => this.#nextUpdate(random));
    const checkpoint = random.chance(0.3) ? this.#nextCheckpoint(namespace, producer) : undefined;
    const kept = checkpoint === undefined ? {} : { checkpoint };
    if (producer === 'feed') {
      for (const update of updates) this.#note(namespace, producer, update, undefined);
      return { producer, updates, ...kept };
    }
    const rows = this.#rowsOf(namespace, producer);
    const firstId = Math.max(1, rows.length + 1 - random.below(4));
    updates.forEach((update, index) => {
      if (firstId + index <= rows.length) return;
      rows.push(update);
      this.#note(namespace, producer, update, rows.length);
    });
    const lastId = firstId + updates.length - 1;
    const ids = updates.map((_, index) => firstId + index);
    return { producer, updates: rows.slice(firstId - 1, lastId), numbering: { firstId, lastId, ids }, ...kept };
  }

  acknowledge(batch: Batch, appended: AppendedBatch): void {
    this.acknowledged.push({ batch, appended });
  }

  #rowsOf(namespace: ViewerNamespace, producer: string): Update[] {
    const key = `${namespace}/${producer}`;
    const rows = this.#rows.get(key) ?? [];
    this.#rows.set(key, rows);
    return rows;
  }

  #nextCheckpoint(namespace: ViewerNamespace, producer: string): number {
    const key = `${namespace}/${producer}`;
    const next = (this.#checkpoints.get(key) ?? 0) + 1;
    this.#checkpoints.set(key, next);
    return next;
  }

  #nextUpdate(random: Random): Update {
    const count = ++this.#count;
    const content = { fields: { count, text: 'ü'.repeat(random.below(30)) }, log: random.chance(0.5) ? [count] : [] };
    const isReset = random.chance(0.1);
    return { topic: random.pick(TOPICS), time: count, ...content, ...(isReset ? { reset: true as const } : {}) };
  }

  #note(namespace: ViewerNamespace, producer: string, update: Update, id: number | undefined): void {
    this.sent.set(JSON.stringify(update), { namespace, producer, id });
  }
}

/** Of what the process finds when it begins: the epochs go on. @throws Error naming the law that is broken */
export async function checkHeld(store: Store, history: History): Promise<void> {
  for (const namespace of NAMESPACES) {
    const { epoch } = await store.load(namespace);
    const before = history.epochs.get(namespace);
    // An epoch nobody was shown may be another one.
    const isKnown = history.shown.some((batch) => batch.namespace === namespace);
    if (isKnown && before !== epoch) throw new Error(`the epoch of ${namespace} became another one`);
    history.epochs.set(namespace, epoch);
  }
}

/** @throws Error naming the law that is broken */
export async function checkLog(store: Store, disk: SimulatedDisk, folder: string, history: History): Promise<void> {
  if (history.defects.length > 0) throw new Error(`a defect: ${String(history.defects[0])}`);
  const files = await disk.list(folder);
  const segments = files.filter(({ name }) => name.endsWith('.ndjson')).map(({ path }) => disk.bytes(path).toString());
  for (const namespace of NAMESPACES) {
    const { seq, documents } = await store.load(namespace);
    const log = readLog(segments, namespace);
    if (log.length !== seq) throw new Error(`${log.length} updates up to seq ${seq}`);
    await checkReadable(namespace, store, log);
    checkContents(namespace, log, history);
    checkPlaces(namespace, log, history);
    await checkProducers(namespace, store, log, history);
    const folded = new Map<string, TopicDocument>();
    foldUpdates(
      folded,
      0,
      log.map(({ update }) => update),
    );
    const live = [...folded.values()].filter(({ removed }) => !removed).map((document) => document.state());
    const held = documents.filter(({ removed }) => !removed);
    if (!isDeepStrictEqual(byTopic(live), byTopic(held))) throw new Error('documents are not what the log folds to');
  }
}

/** Whoever reads the log from any number it still reaches back to gets just what the files hold. */
async function checkReadable(namespace: ViewerNamespace, store: Store, log: readonly Row[]): Promise<void> {
  for (let seq = log.length - 1; seq >= 0; seq--) {
    const batches = await store.readAfter(namespace, seq);
    if (batches === undefined) return;
    const updates = batches.flatMap((batch) => batch.updates.slice(Math.max(0, seq - batch.from)));
    if (
      !isDeepStrictEqual(
        updates,
        log.slice(seq).map(({ update }) => update),
      )
    ) {
      throw new Error(`${namespace} read after ${seq} is not what the files hold`);
    }
  }
}

function checkContents(namespace: ViewerNamespace, log: readonly Row[], history: History): void {
  const contents = new Set<string>();
  for (const { update, producer, id } of log) {
    const content = JSON.stringify(update);
    const sent = history.sent.get(content);
    if (sent === undefined) throw new Error(`nobody sent ${content}`);
    if (sent.namespace !== namespace || sent.producer !== producer || sent.id !== id) {
      throw new Error(`${content} is told as ${producer} ${id}, not ${sent.producer} ${sent.id}`);
    }
    if (contents.has(content)) throw new Error(`${content} is there twice`);
    contents.add(content);
  }
}

/** What was shown or acknowledged is at its number. */
function checkPlaces(namespace: ViewerNamespace, log: readonly Row[], history: History): void {
  const told = [...history.shown, ...history.acknowledged.map(({ appended }) => appended)];
  for (const batch of told) {
    if (batch.namespace !== namespace) continue;
    batch.updates.forEach((update, index) => {
      const seq = batch.from + 1 + index;
      const there = log[seq - 1]?.update;
      if (there === undefined) throw new Error(`seq ${seq} of ${namespace} was told and is lost`);
      if (!isDeepStrictEqual(there, update)) throw new Error(`seq ${seq} of ${namespace} has two contents`);
    });
  }
}

async function checkProducers(
  namespace: ViewerNamespace,
  store: Store,
  log: readonly Row[],
  history: History,
): Promise<void> {
  for (const producer of new Set([...history.sent.values()].map((sent) => sent.producer))) {
    const { lastId, checkpoint } = await store.producer(namespace, producer);
    const ids = log.flatMap((row) => (row.producer === producer && row.id !== undefined ? [row.id] : []));
    if (ids.some((id, index) => id !== index + 1)) throw new Error(`ids of ${producer}: ${ids.join()}`);
    if ((ids.at(-1) ?? 0) !== lastId) throw new Error(`${producer} stands at ${lastId}, its rows at ${ids.at(-1)}`);
    const acknowledged = history.acknowledged.filter(
      ({ batch, appended }) => batch.producer === producer && appended.namespace === namespace,
    );
    for (const { batch, appended } of acknowledged) {
      if ((appended.lastId ?? 0) > lastId) throw new Error(`${producer} was told ${appended.lastId}, not ${lastId}`);
      if (batch.checkpoint !== undefined && Number(batch.checkpoint) > Number(checkpoint ?? 0)) {
        throw new Error(`the checkpoint ${Number(batch.checkpoint)} of ${producer} is lost`);
      }
    }
  }
}

function byTopic<Item extends { readonly topic: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.topic < b.topic ? -1 : 1));
}
