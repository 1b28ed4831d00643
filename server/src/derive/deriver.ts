import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';

/** What a deriver goes on from after a restart. */
export interface Restored {
  /** The namespace at the head of the log. They live on: what is kept of them is copied. */
  readonly documents: ReadonlyMap<string, TopicDocument>;
  /** Its own documents hold just what follows from the updates up to here. */
  readonly foldedSeq: number;
  /** What `state` answered then; undefined when nothing is known but the documents. */
  readonly state: Json | undefined;
  /** What others have written between `foldedSeq` and the head, oldest first. */
  readonly unfolded: readonly Update[];
}

/**
 * Computes topics from other topics by reading the log: pure, synchronous, resumable. It is fed every update of its
 * namespace in order, but never its own output.
 */
export interface Deriver {
  /** The producer of its output in the log is `derived:` and this. */
  readonly name: string;
  readonly namespace: NamespacedUpdate['namespace'];
  /**
   * Where it goes on after `restore`. `documents`: its topics follow from the documents at the head alone, whatever the
   * way there; the first `settle` tells what its own lack. `log`: the way counts, and every batch after `foldedSeq` is
   * folded again as if for the first time, though the documents it was restored from are ahead of that.
   */
  readonly resumesFrom: 'documents' | 'log';
  /** @param producer who wrote the update */
  fold(update: Update, producer: string): void;
  /**
   * Called after each batch has been folded, with the newest stream time of the log.
   * @returns the updates that follow, often none; after them its topics say what it has folded
   */
  settle(streamTimeMs: number): readonly Update[];
  /** Asked for between batches, and stored with every output: as small as can be, what documents do not say. */
  state(): Json;
  /** At most once, before anything is folded: the end is the same as if it had never stopped. */
  restore(restored: Restored): void;
}
