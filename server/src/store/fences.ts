import type { ViewerNamespace } from '@bigboard/shared/topic';
import { StoreError, type Fence } from './store.ts';

/** The newest token that was shown of each lease, in each namespace. */
export class Fences {
  readonly #newest = new Map<string, number>();

  /** @throws StoreError `fenced` when a newer token was shown before */
  check(namespace: ViewerNamespace, fence: Fence | undefined): void {
    if (fence === undefined) return;
    const key = `${namespace}/${fence.name}`;
    if (fence.token < (this.#newest.get(key) ?? 0)) {
      throw new StoreError('fenced', `another instance holds the lease ${fence.name}`);
    }
    this.#newest.set(key, fence.token);
  }
}
