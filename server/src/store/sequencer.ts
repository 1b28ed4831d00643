import type { Seq } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { NamespaceLogs } from './namespace-log.ts';
import { CHECKPOINT_MAX_LENGTH, StoreError, type AppendedBatch, type Batch } from './store.ts';

/**
 * Gives batches their places in the logs before anything is written or applied. One sequencer serves one group of
 * batches, and is thrown away with it: a group that could not be stored leaves no trace.
 */
export class Sequencer {
  readonly #logs: NamespaceLogs;
  readonly #acceptedAtMs: number;
  readonly #heads = new Map<ViewerNamespace, Seq>();
  /** By namespace and producer. */
  readonly #lastIds = new Map<string, number>();

  constructor(logs: NamespaceLogs, acceptedAtMs: number) {
    this.#logs = logs;
    this.#acceptedAtMs = acceptedAtMs;
  }

  /** @throws StoreError `out_of_order`, `too_large`: then the place is given to the next */
  place(namespace: ViewerNamespace, { producer, updates, numbering, checkpoint }: Batch): AppendedBatch {
    const log = this.#logs.get(namespace);
    if (log === undefined) throw new RangeError(`no log of ${namespace}`);
    checkCheckpoint(checkpoint);
    const from = this.#heads.get(namespace) ?? log.seq;
    const key = `${namespace}/${producer}`;
    const lastId = this.#lastIds.get(key) ?? log.producer(producer).lastId;
    const common = { namespace, epoch: log.epoch, producer, from, acceptedAtMs: this.#acceptedAtMs };
    const kept = checkpoint === undefined ? {} : { checkpoint };
    if (numbering === undefined) {
      const to = from + updates.length;
      this.#heads.set(namespace, to);
      return { ...common, to, updates, ...kept };
    }
    if (numbering.firstId > lastId + 1) {
      throw new StoreError('out_of_order', `the ids go on from ${lastId + 1}, not ${numbering.firstId}`, { lastId });
    }
    const known = numbering.ids.findIndex((id) => id > lastId);
    const skipped = known < 0 ? numbering.ids.length : known;
    const newest = Math.max(lastId, numbering.lastId);
    const to = from + updates.length - skipped;
    this.#heads.set(namespace, to);
    this.#lastIds.set(key, newest);
    return {
      ...common,
      to,
      updates: updates.slice(skipped),
      ids: numbering.ids.slice(skipped),
      lastId: newest,
      ...kept,
    };
  }
}

/** @throws StoreError `too_large` */
export function checkCheckpoint(checkpoint: Batch['checkpoint']): void {
  if (checkpoint === undefined) return;
  const { length } = JSON.stringify(checkpoint);
  if (length > CHECKPOINT_MAX_LENGTH) throw new StoreError('too_large', `a checkpoint of ${length} characters`);
}
