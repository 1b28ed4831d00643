import type { Json } from '@bigboard/shared/json';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Candidate } from '../store/leases.ts';
import type { Fence, Store } from '../store/store.ts';
import type { Feed } from './feed.ts';
import { FeedRunner } from './runner.ts';

/** The lease of a feed. */
export function feedLease(feed: string): string {
  return `feed:${feed}`;
}

/** A feed that plays here while this instance leads it; each time it goes on from what is stored, whoever stored that. */
export class LedFeed implements Candidate {
  readonly feed: Feed;
  /** The feed's state before it was asked for anything. */
  readonly #beginning: Json;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #instance: string;
  #runner: FeedRunner | undefined;

  /** @param instance the name this process is known by, shown as the feed's leader */
  constructor(feed: Feed, store: Store, clock: Clock, log: Logger, instance: string) {
    this.feed = feed;
    this.#beginning = feed.state();
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#instance = instance;
  }

  get name(): string {
    return this.feed.name;
  }

  /** Undefined while it is not led here. */
  get runner(): FeedRunner | undefined {
    return this.#runner;
  }

  /** Resolves when viewers may come. */
  async lead(fence: Fence | undefined): Promise<void> {
    this.feed.restore(this.#beginning);
    this.#runner = new FeedRunner(this.feed, this.#store, this.#clock, this.#log, this.#instance, fence);
    await this.#runner.start();
  }

  async follow(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    await runner?.stop();
  }
}
