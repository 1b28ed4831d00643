import type { Epoch, Seq } from '@bigboard/shared/position';
import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Clock } from '../clock.ts';
import { StoreError, type AppendedBatch, type Batch, type NamespaceState, type Store } from './store.ts';

/** Updates a namespace keeps for readers of the log; whoever is further behind loads the documents instead. */
const RETAINED_UPDATES = 20_000;

interface Log {
  readonly epoch: Epoch;
  seq: Seq;
  readonly documents: Map<string, TopicDocument>;
  batches: AppendedBatch[];
  retained: number;
}

/** The store of one process: its logs live as long as the process does, so each start is a new epoch. */
export class MemoryStore implements Store {
  readonly description = 'memory: one process, gone when it stops';
  readonly #logs: ReadonlyMap<ViewerNamespace, Log>;
  readonly #listeners = new Set<(batch: AppendedBatch) => void>();
  readonly #undelivered: AppendedBatch[] = [];
  readonly #clock: Clock;
  #closed = false;

  /** @param newEpoch makes the epoch of each namespace; must differ at every start */
  constructor(clock: Clock, newEpoch: () => Epoch) {
    this.#clock = clock;
    this.#logs = new Map(
      VIEWER_NAMESPACES.map((namespace) => [
        namespace,
        { epoch: newEpoch(), seq: 0, documents: new Map(), batches: [], retained: 0 },
      ]),
    );
  }

  async append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    if (this.#closed) throw new StoreError('the store is closed', false);
    const log = this.#log(namespace);
    const from = log.seq;
    const to = from + batch.updates.length;
    const { producer, updates } = batch;
    const acceptedAtMs = this.#clock.wallMs();
    const appended: AppendedBatch = { namespace, epoch: log.epoch, from, to, producer, updates, acceptedAtMs };
    log.seq = to;
    foldUpdates(log.documents, from, updates);
    log.batches.push(appended);
    log.retained += updates.length;
    while (log.retained > RETAINED_UPDATES && log.batches.length > 1) {
      log.retained -= (log.batches.shift() as AppendedBatch).updates.length;
    }
    this.#deliver(appended);
    return appended;
  }

  async readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined> {
    const { batches, seq: head } = this.#log(namespace);
    if (seq >= head) return [];
    const first = batches.findIndex(({ to }) => to > seq);
    const oldest = batches[first];
    return oldest === undefined || oldest.from > seq ? undefined : batches.slice(first);
  }

  async load(namespace: ViewerNamespace): Promise<NamespaceState> {
    const { epoch, seq, documents } = this.#log(namespace);
    return { epoch, seq, documents: [...documents.values()].map((document) => document.state()) };
  }

  onAppended(listener: (batch: AppendedBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }

  /** A listener that appends in its turn must not make others hear the second batch before the first. */
  #deliver(appended: AppendedBatch): void {
    this.#undelivered.push(appended);
    if (this.#undelivered.length > 1) return;
    for (let next: AppendedBatch | undefined = appended; next !== undefined; next = this.#undelivered[0]) {
      for (const listener of this.#listeners) hear(listener, next);
      this.#undelivered.shift();
    }
  }

  #log(namespace: ViewerNamespace): Log {
    return this.#logs.get(namespace) as Log;
  }
}

/** What a listener throws is a defect, and ends the process as one; the batch is stored and the others hear of it. */
function hear(listener: (batch: AppendedBatch) => void, batch: AppendedBatch): void {
  try {
    listener(batch);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
