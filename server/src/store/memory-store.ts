import type { Seq } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Clock } from '../clock.ts';
import { Fences } from './fences.ts';
import { hear } from './hear.ts';
import type { NamespaceLog, NamespaceLogs } from './namespace-log.ts';
import { Sequencer } from './sequencer.ts';
import {
  StoreError,
  type AppendedBatch,
  type Batch,
  type NamespaceState,
  type ProducerState,
  type Store,
} from './store.ts';

/** Makes batches durable before anything of them is applied, shown or acknowledged. */
export interface Journal {
  readonly description: string;
  /** Why nothing can be written now; undefined while all is well. */
  readonly failure: StoreError | undefined;
  /**
   * Called with one group at a time. Resolves when all of it would survive the loss of power.
   * @throws StoreError `unavailable` or `storage_full`: none of it is read back, unless the process ends before a failing
   * disk has let go of it
   */
  write(batches: readonly AppendedBatch[]): Promise<void>;
  close(): Promise<void>;
}

/** A batch that waits for its place, and who is to be told. */
interface Waiting {
  readonly namespace: ViewerNamespace;
  readonly batch: Batch;
  readonly resolve: (appended: AppendedBatch) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The store of one process. What is appended while a group is being written waits and makes the next group, so that many
 * share one sync and a lone batch waits for nobody. Without a journal the logs end with the process.
 */
export class MemoryStore implements Store {
  readonly #clock: Clock;
  readonly #logs: NamespaceLogs;
  readonly #journal: Journal | undefined;
  readonly #fences = new Fences();
  readonly #listeners = new Set<(batch: AppendedBatch) => void>();
  readonly #undelivered: AppendedBatch[] = [];
  #waiting: Waiting[] = [];
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param logs where to go on from */
  constructor(clock: Clock, logs: NamespaceLogs, journal?: Journal) {
    this.#clock = clock;
    this.#logs = logs;
    this.#journal = journal;
  }

  get description(): string {
    return this.#journal?.description ?? 'memory: one process, gone when it stops';
  }

  get failure(): string | undefined {
    return this.#journal?.failure?.message;
  }

  append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new StoreError('draining', 'the store is closed'));
      this.#waiting.push({ namespace, batch, resolve, reject });
      if (this.#journal === undefined) this.#settle(this.#place(this.#waiting.splice(0)));
      else if (!this.#isWriting) this.#written = this.#writeWaiting(this.#journal);
    });
  }

  async producer(namespace: ViewerNamespace, name: string): Promise<ProducerState> {
    return this.#log(namespace).producer(name);
  }

  async readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined> {
    return this.#log(namespace).readAfter(seq);
  }

  async load(namespace: ViewerNamespace): Promise<NamespaceState> {
    return this.#log(namespace).state();
  }

  /** What is appended is heard at once. */
  async catchUp(): Promise<void> {
    // There is nobody else to hear of.
  }

  onAppended(listener: (batch: AppendedBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The logs end with the process: there is nothing that could take their place. */
  onReplaced(): () => void {
    return () => undefined;
  }

  /** What waits is still stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#written;
    this.#listeners.clear();
    await this.#journal?.close();
  }

  async #writeWaiting(journal: Journal): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const placed = this.#place(this.#waiting.splice(0));
      if (placed.length === 0) continue;
      try {
        await journal.write(placed.map(({ appended }) => appended));
      } catch (error) {
        for (const { waiting } of placed) waiting.reject(error);
        continue;
      }
      this.#settle(placed);
    }
    this.#isWriting = false;
  }

  /** Refuses what cannot have a place. */
  #place(group: readonly Waiting[]): { waiting: Waiting; appended: AppendedBatch }[] {
    const sequencer = new Sequencer(this.#logs, this.#clock.wallMs());
    return group.flatMap((waiting) => {
      try {
        this.#fences.check(waiting.namespace, waiting.batch.fence);
        return [{ waiting, appended: sequencer.place(waiting.namespace, waiting.batch) }];
      } catch (error) {
        waiting.reject(error);
        return [];
      }
    });
  }

  #settle(placed: readonly { waiting: Waiting; appended: AppendedBatch }[]): void {
    for (const { waiting, appended } of placed) {
      this.#log(appended.namespace).apply(appended);
      if (appended.updates.length > 0) this.#deliver(appended);
      waiting.resolve(appended);
    }
  }

  /** A listener that appends in its turn must not make others hear the second batch before the first. */
  #deliver(appended: AppendedBatch): void {
    this.#undelivered.push(appended);
    if (this.#undelivered.length > 1) return;
    for (let next: AppendedBatch | undefined = appended; next !== undefined; next = this.#undelivered[0]) {
      for (const listener of this.#listeners) hear(() => listener(next));
      this.#undelivered.shift();
    }
  }

  #log(namespace: ViewerNamespace): NamespaceLog {
    return this.#logs.get(namespace) as NamespaceLog;
  }
}
