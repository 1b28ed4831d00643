import type { Seq } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import {
  StoreError,
  type AppendedBatch,
  type Batch,
  type Fence,
  type NamespaceState,
  type ProducerState,
  type Store,
} from './store.ts';

/** Who knows, by this instance's own clock, what it may write. */
export interface LeaseGuard {
  /** Whether something may be written under this fence now. */
  allows(fence: Fence): boolean;
  /** Nothing more may be written under it. */
  end(fence: Fence, reason: string): void;
}

/**
 * A store that sends nothing under a lease that has run out: a process that was stopped for a while wakes up in the
 * middle of its work, and would go on with it before it hears that it leads no more.
 */
export class LeasedStore implements Store {
  readonly #store: Store;
  readonly #guard: LeaseGuard;

  constructor(store: Store, guard: LeaseGuard) {
    this.#store = store;
    this.#guard = guard;
  }

  get description(): string {
    return this.#store.description;
  }

  get failure(): string | undefined {
    return this.#store.failure;
  }

  async append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    const { fence } = batch;
    if (fence !== undefined && !this.#guard.allows(fence)) throw new StoreError('fenced', `${fence.name} has run out`);
    try {
      return await this.#store.append(namespace, batch);
    } catch (error) {
      if (fence !== undefined && error instanceof StoreError) {
        if (error.code === 'fenced') this.#guard.end(fence, 'another instance writes');
        // It may still be on its way, and come after what is stored next; a newer fence keeps it out.
        if (error.isInDoubt) this.#guard.end(fence, 'it is not known what was stored');
      }
      throw error;
    }
  }

  producer(namespace: ViewerNamespace, name: string): Promise<ProducerState> {
    return this.#store.producer(namespace, name);
  }

  readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined> {
    return this.#store.readAfter(namespace, seq);
  }

  load(namespace: ViewerNamespace): Promise<NamespaceState> {
    return this.#store.load(namespace);
  }

  catchUp(namespace: ViewerNamespace): Promise<void> {
    return this.#store.catchUp(namespace);
  }

  onAppended(listener: (batch: AppendedBatch) => void): () => void {
    return this.#store.onAppended(listener);
  }

  onReplaced(listener: (namespace: ViewerNamespace) => void): () => void {
    return this.#store.onReplaced(listener);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
