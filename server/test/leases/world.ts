import type { ViewerNamespace } from '@bigboard/shared/topic';
import { leaseKey } from '../../src/store/redis/redis-lease.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { emptyLogs } from '../../src/store/namespace-log.ts';
import { StoreError, type AppendedBatch, type Batch } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { Random } from '../model/random.ts';
import { LeaseRedis } from '../support/lease-redis.ts';

const USUAL_MS = 8;
const SLOW_MS = 2_500;
/** One of so many is late. */
const LATE_OF = 10;

/** What all instances share: the true time, Redis, and the log with its rule of fences; and what may not happen there. */
export class World {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly redis = new LeaseRedis(this.clock);
  readonly store = new MemoryStore(
    this.clock,
    emptyLogs(() => 'epoch'),
  );
  /** The first law that was broken. */
  broken: string | undefined;
  /** Some of what is sent is on its way for seconds. */
  isSlow = false;
  readonly #fences = new Map<string, number>();
  /** The newest leader of each lease of whom something was stored. */
  readonly #newest = new Map<string, number>();

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  delayMs(): number {
    const isLate = this.isSlow && this.random.below(LATE_OF) === 0;
    return 1 + this.random.below(isLate ? SLOW_MS : USUAL_MS);
  }

  breaks(law: string): void {
    this.broken ??= `${law} at ${this.clock.monotonicMs()} ms`;
  }

  /** Somebody who leads, or thinks so, sends a batch. */
  sends(lease: string, token: number): void {
    if (this.redis.heldBy(leaseKey(lease))?.startsWith(`${token} `) === true) return;
    this.breaks(`${lease}: sent after the lease had run out`);
  }

  /** A batch arrives. @param token of the newest lease of whoever sent it */
  async append(namespace: ViewerNamespace, batch: Batch, lease: string, token: number): Promise<AppendedBatch> {
    const { fence } = batch;
    if (fence !== undefined) {
      if (fence.token < (this.#fences.get(`${namespace} ${fence.name}`) ?? 0)) throw new StoreError('fenced', 'fenced');
      this.#fences.set(`${namespace} ${fence.name}`, fence.token);
    }
    const appended = await this.store.append(namespace, batch);
    const newest = this.#newest.get(`${namespace} ${lease}`) ?? 0;
    if (token < newest) this.breaks(`${lease}: stored after something of a newer leader`);
    this.#newest.set(`${namespace} ${lease}`, Math.max(newest, token));
    return appended;
  }
}
