import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { Update } from '@bigboard/shared/update';

/**
 * Computes topics from other topics by reading the log: pure, synchronous, resumable. It is fed every update of its
 * namespace in order, but never its own output, and answers with the updates that follow from it (often none).
 */
export interface Deriver {
  /** The producer of its output in the log is `derived:` and this. */
  readonly name: string;
  readonly namespace: NamespacedUpdate['namespace'];
  /** @param producer who wrote the update */
  fold(update: Update, producer: string): readonly Update[];
  /**
   * Called after each batch has been folded, with the newest stream time of the log: the place to emit what is re-ranked
   * at most every so often. Emits only if something changed.
   */
  settle(streamTimeMs: number): readonly Update[];
}
