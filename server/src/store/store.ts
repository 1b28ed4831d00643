import type { Epoch, Seq } from '@bigboard/shared/position';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';

/** Updates of one producer, to be numbered together: all of them or none. */
export interface Batch {
  /** Who wrote them: a feed or a deriver. */
  readonly producer: string;
  readonly updates: readonly Update[];
}

/** A batch with its place in the log: `updates[i]` has the seq `from + 1 + i`, and `to` is the last. */
export interface AppendedBatch extends Batch {
  readonly namespace: ViewerNamespace;
  readonly epoch: Epoch;
  readonly from: Seq;
  readonly to: Seq;
  /** Wall clock of the acceptance, milliseconds since 1970 UTC. */
  readonly acceptedAtMs: number;
}

/** A namespace as it stood at `seq`. */
export interface NamespaceState {
  readonly epoch: Epoch;
  readonly seq: Seq;
  readonly documents: readonly DocumentState[];
}

/**
 * Keeps the logs. Duties: a batch gets the next numbers of its namespace, whole and in one piece; listeners hear each
 * batch once, in order, after it is as durable as this store makes it, and before `append` resolves.
 */
export interface Store {
  /** How it is told in the log at start. */
  readonly description: string;
  /** @throws StoreError */
  append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch>;
  /** The batches after `seq`, oldest first; undefined when the log no longer reaches back that far. */
  readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined>;
  load(namespace: ViewerNamespace): Promise<NamespaceState>;
  /** @returns a function that ends the listening */
  onAppended(listener: (batch: AppendedBatch) => void): () => void;
  close(): Promise<void>;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean, cause?: unknown) {
    super(message, { cause });
    this.retryable = retryable;
  }
}
