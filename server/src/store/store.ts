import { ERROR_CODES, type ErrorCode } from '@bigboard/shared/errors';
import type { Json } from '@bigboard/shared/json';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';

/** Characters of JSON. One larger is refused: it is written anew with every batch that brings one. */
export const CHECKPOINT_MAX_LENGTH = 262_144;

/**
 * The ids `firstId` to `lastId` of a producer, which counts what it sends 1, 2, 3 ... in each namespace. The batch speaks
 * for all of them; an id without an update is used up all the same.
 */
export interface Numbering {
  readonly firstId: number;
  /** `firstId - 1` when the batch has no ids. */
  readonly lastId: number;
  /** The id of each update of the batch, ascending. */
  readonly ids: readonly number[];
}

/**
 * Leave to write under a name that only one instance at a time may write under, as whoever holds its lease has it. A newer
 * token ends all older ones: from then on what comes with an older one is refused, however late it comes.
 */
export interface Fence {
  /** Of the lease. */
  readonly name: string;
  readonly token: number;
}

/** Updates of one producer, to be numbered together: all of them or none. */
export interface Batch {
  /** Who wrote them: a feed, a deriver, or somebody who pushes. */
  readonly producer: string;
  readonly updates: readonly Update[];
  /** What makes a retry safe: an update whose id is stored already is left out. Without it a retry may double. */
  readonly numbering?: Numbering;
  /**
   * What the producer needs to go on from here after a restart, at most `CHECKPOINT_MAX_LENGTH`.
   * Stored in one step with the updates, in the place of the one before; it may come with no updates at all.
   */
  readonly checkpoint?: Json;
  /** Of a producer of which only one instance at a time may write. */
  readonly fence?: Fence;
}

/**
 * A batch with its place in the log: `updates[i]` has the seq `from + 1 + i`, and `to` is the last. What was stored before
 * is not in it; one of nothing new has `to` equal to `from`.
 */
export interface AppendedBatch {
  readonly namespace: ViewerNamespace;
  readonly epoch: Epoch;
  readonly producer: string;
  readonly from: Seq;
  readonly to: Seq;
  readonly updates: readonly Update[];
  /** Of each update; absent when the producer does not count. */
  readonly ids?: readonly number[];
  /** The producer's newest id after this batch, which may be above the batch's own. */
  readonly lastId?: number;
  readonly checkpoint?: Json;
  /** Wall clock of the acceptance, milliseconds since 1970 UTC. */
  readonly acceptedAtMs: number;
}

/** What a producer goes on from. */
export interface ProducerState {
  /** The newest id stored or used up; 0 before the first. */
  readonly lastId: number;
  readonly checkpoint?: Json;
}

/** A namespace as it stood at `seq`. */
export interface NamespaceState {
  readonly epoch: Epoch;
  readonly seq: Seq;
  /** The epoch this one took over from, and the number up to which what was numbered there is the same here. */
  readonly continues?: { readonly epoch: Epoch; readonly seq: Seq };
  readonly documents: readonly DocumentState[];
}

/**
 * Keeps the logs. Duties: a batch gets the next numbers of its namespace, whole and in one piece; listeners hear each
 * batch that has updates once, in order, after it is as durable as this store makes it, and before `append` resolves.
 * Calls for one producer are served in the order they were made.
 */
export interface Store {
  /** How it is told in the log at start. */
  readonly description: string;
  /** Why nothing can be stored now, in words; undefined while all is well. */
  readonly failure: string | undefined;
  /**
   * @throws StoreError `too_large` when the checkpoint is, `out_of_order` when the numbering leaves a gap,
   * `unavailable` or `storage_full` while it cannot store: then nothing of the batch was shown or used up, and only the
   * end of the process just then, or of the connection to where it is stored, leaves open whether it was stored; `fenced`
   * when another instance holds the lease now: nothing of it was stored and nothing more will be
   */
  append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch>;
  /** What is stored of a producer; of one never heard of, that its `lastId` is 0. */
  producer(namespace: ViewerNamespace, name: string): Promise<ProducerState>;
  /** The batches after `seq`, oldest first; undefined when the log no longer reaches back that far. */
  readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined>;
  load(namespace: ViewerNamespace): Promise<NamespaceState>;
  /**
   * Resolves when listeners have heard all that any instance had appended when it was called.
   * @throws StoreError `unavailable` while that cannot be known
   */
  catchUp(namespace: ViewerNamespace): Promise<void>;
  /** @returns a function that ends the listening */
  onAppended(listener: (batch: AppendedBatch) => void): () => void;
  /**
   * Hears when a namespace has to be loaded anew: it is in a new epoch, or more was missed than the log reaches back. The
   * next batch that listeners hear follows what `load` then gives.
   * @returns a function that ends the listening
   */
  onReplaced(listener: (namespace: ViewerNamespace) => void): () => void;
  close(): Promise<void>;
}

export interface StoreErrorDetails {
  readonly cause?: unknown;
  readonly retryInMs?: number;
  /** Of `out_of_order`: what the producer has to go on from. */
  readonly lastId?: number;
  /** Of `unavailable`: it may have been stored, or be stored yet. */
  readonly isInDoubt?: boolean;
}

/** `fenced` is told to nobody outside: whoever meets it has lost its lease and ends what it did under it. */
export type StoreErrorCode = ErrorCode | 'fenced';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly retryInMs: number | undefined;
  readonly lastId: number | undefined;
  readonly isInDoubt: boolean;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    const { cause, retryInMs, lastId, isInDoubt = false } = details;
    super(message, { cause });
    this.code = code;
    this.retryInMs = retryInMs;
    this.lastId = lastId;
    this.isInDoubt = isInDoubt;
  }

  get retryable(): boolean {
    return this.code !== 'fenced' && ERROR_CODES[this.code].retryable;
  }
}
