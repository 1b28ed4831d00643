import { foldUpdates } from '@bigboard/shared/fold';
import type { Epoch, Seq } from '@bigboard/shared/position';
import { TopicDocument, type DocumentState } from '@bigboard/shared/topic-document';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { BatchWindow } from './batch-window.ts';
import type { AppendedBatch, NamespaceState, ProducerState } from './store.ts';

const UNHEARD_OF: ProducerState = { lastId: 0 };

/** A namespace at one moment. The state of each document is made when it is asked for. */
export interface CapturedLog {
  readonly namespace: ViewerNamespace;
  readonly epoch: Epoch;
  readonly seq: Seq;
  readonly documents: readonly (() => DocumentState)[];
  readonly producers: readonly (readonly [name: string, state: ProducerState])[];
}

/** The log of one namespace as it stands in memory: its newest batches, the documents folded from all, who wrote what. */
export class NamespaceLog {
  readonly namespace: ViewerNamespace;
  readonly epoch: Epoch;
  readonly documents = new Map<string, TopicDocument>();
  readonly producers = new Map<string, ProducerState>();
  #seq: Seq = 0;
  #newest = new BatchWindow();

  constructor(namespace: ViewerNamespace, epoch: Epoch) {
    this.namespace = namespace;
    this.epoch = epoch;
  }

  /** Where a log goes on that is not in memory from its beginning. */
  static restore(
    namespace: ViewerNamespace,
    { epoch, seq, documents }: NamespaceState,
    producers: Iterable<readonly [name: string, state: ProducerState]>,
  ): NamespaceLog {
    const log = new NamespaceLog(namespace, epoch);
    log.#seq = seq;
    for (const state of documents) log.documents.set(state.topic, TopicDocument.restore(state));
    for (const [name, state] of producers) log.producers.set(name, state);
    return log;
  }

  get seq(): Seq {
    return this.#seq;
  }

  producer(name: string): ProducerState {
    return this.producers.get(name) ?? UNHEARD_OF;
  }

  /** @param batch begins where this log ends */
  apply(batch: AppendedBatch): void {
    const { from, to, updates, producer, lastId, checkpoint } = batch;
    if (from !== this.#seq) throw new RangeError(`a batch from ${from} does not follow ${this.#seq}`);
    this.#seq = to;
    foldUpdates(this.documents, from, updates);
    if (lastId !== undefined || checkpoint !== undefined) {
      const before = this.producer(producer);
      this.producers.set(producer, {
        ...before,
        ...(lastId === undefined ? {} : { lastId }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
      });
    }
    if (updates.length > 0) this.#newest.add(batch);
  }

  /** Whether it keeps fewer batches than it may, and there were others before. */
  get lacksEarlier(): boolean {
    return !this.#newest.isFull && this.firstKept > 0;
  }

  /** For readers of the log: batches from before it was restored, without a hole, up to its first; any others are left out. */
  remember(earlier: readonly AppendedBatch[]): void {
    const before = earlier.filter((batch) => batch.epoch === this.epoch && batch.to <= this.firstKept);
    const hasHole = before.some(({ from }, index) => index > 0 && from !== before[index - 1]?.to);
    if (hasHole || before.at(-1)?.to !== this.firstKept) return;
    const { batches } = this.#newest;
    this.#newest = new BatchWindow();
    for (const batch of [...before, ...batches]) this.#newest.add(batch);
  }

  /** Goes on at a later number, where what lay between is lost. Nobody can read the log from before it any more. */
  jumpTo(seq: Seq): void {
    if (seq === this.#seq) return;
    this.#seq = seq;
    this.#newest = new BatchWindow();
  }

  readAfter(seq: Seq): readonly AppendedBatch[] | undefined {
    return seq >= this.#seq ? [] : this.#newest.after(seq);
  }

  /** The batches that can be read again, oldest first. */
  get newest(): readonly AppendedBatch[] {
    return this.#newest.batches;
  }

  /** Whoever has a place before it cannot read on from there. */
  get firstKept(): Seq {
    return this.#newest.first?.from ?? this.#seq;
  }

  state(): NamespaceState {
    const documents = [...this.documents.values()].map((document) => document.state());
    return { epoch: this.epoch, seq: this.#seq, documents };
  }

  /** The log as it is now, to be written out over many turns while it goes on. */
  capture(): CapturedLog {
    // One that was removed is unknown to whoever asks, as one that never was.
    const documents = [...this.documents.values()].filter(({ removed }) => !removed);
    return {
      namespace: this.namespace,
      epoch: this.epoch,
      seq: this.#seq,
      documents: documents.map((document) => document.capture()),
      producers: [...this.producers],
    };
  }
}

export type NamespaceLogs = ReadonlyMap<ViewerNamespace, NamespaceLog>;

/** @param newEpoch makes the epoch of each namespace; must differ at every call */
export function emptyLogs(newEpoch: () => Epoch): NamespaceLogs {
  return new Map(VIEWER_NAMESPACES.map((namespace) => [namespace, new NamespaceLog(namespace, newEpoch())]));
}
