import type { Epoch, Seq } from '@bigboard/shared/position';
import { foldUpdates } from '@bigboard/shared/fold';
import { TopicDocument } from '@bigboard/shared/topic-document';
import type { AppendedBatch, NamespaceState } from '../store/store.ts';

/** What changed in a topic since changes were last taken. */
export interface TopicChange {
  /** The document's seq before the first of these changes. */
  readonly before: Seq;
  /** Wall clock at which the store accepted the first of them. */
  readonly acceptedAtMs: number;
}

/**
 * What this instance holds of one namespace: its documents, folded from the log without a hole, and which of them changed
 * since somebody asked. Everything here happens within one turn, so whoever reads it sees one moment.
 */
export class Hub {
  epoch: Epoch;
  seq: Seq;
  /** What the epoch took over from. */
  continues: NamespaceState['continues'];
  readonly documents = new Map<string, TopicDocument>();
  #changes = new Map<string, TopicChange>();

  constructor(state: NamespaceState) {
    this.epoch = state.epoch;
    this.seq = state.seq;
    this.continues = state.continues;
    this.#restore(state);
  }

  /** A removed topic is known only to those who still hold it. */
  knows(topic: string): boolean {
    const document = this.documents.get(topic);
    return document !== undefined && !document.removed;
  }

  /**
   * Takes a batch of the log. @returns `applied`; `known` when it brings nothing new; `gap` when batches before it, or
   * the epoch it belongs to, are missing: then nothing was taken.
   */
  receive(batch: AppendedBatch): 'applied' | 'known' | 'gap' {
    if (batch.epoch !== this.epoch) return 'gap';
    if (batch.to <= this.seq) return 'known';
    if (batch.from > this.seq) return 'gap';
    const updates = batch.updates.slice(this.seq - batch.from);
    for (const { topic } of updates) {
      if (this.#changes.has(topic)) continue;
      const before = this.documents.get(topic)?.seq ?? this.seq;
      this.#changes.set(topic, { before, acceptedAtMs: batch.acceptedAtMs });
    }
    foldUpdates(this.documents, this.seq, updates);
    this.seq = batch.to;
    return 'applied';
  }

  /**
   * Takes the whole namespace as the store holds it: after a gap the log no longer covers, or in a new epoch. In the same
   * epoch a state older than this one is refused.
   */
  replace(state: NamespaceState, nowMs: number): void {
    if (state.epoch === this.epoch && state.seq <= this.seq) return;
    for (const { topic } of state.documents) {
      const before = this.documents.get(topic)?.seq ?? 0;
      if (!this.#changes.has(topic)) this.#changes.set(topic, { before, acceptedAtMs: nowMs });
    }
    this.epoch = state.epoch;
    this.seq = state.seq;
    this.continues = state.continues;
    this.documents.clear();
    this.#restore(state);
  }

  get changes(): ReadonlyMap<string, TopicChange> {
    return this.#changes;
  }

  /** The topics that changed since this was last called. */
  takeChanges(): ReadonlyMap<string, TopicChange> {
    const changes = this.#changes;
    if (changes.size > 0) this.#changes = new Map();
    return changes;
  }

  #restore({ documents }: NamespaceState): void {
    for (const state of documents) this.documents.set(state.topic, TopicDocument.restore(state));
  }
}
