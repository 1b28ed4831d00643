import type { FeedStatus } from '@bigboard/shared/directory';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Clock } from '../clock.ts';
import { pushedProducer } from '../store/producer-name.ts';
import type { Store } from '../store/store.ts';
import type { Grant } from '../security/producer-tokens.ts';

/** Often enough that a board, which calls a feed stalled after 15 s of silence, never takes a living one for silent. */
const STATUS_INTERVAL_MS = 5_000;

/**
 * Tells viewers of pushed data as of any feed, in `feed:TOKEN`. It speaks only when the producer has just spoken and has
 * no timer of its own: a feed whose producer went silent must fall silent too, or it would be shown as live.
 */
export class PushedFeeds {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #instance: string;
  readonly #told = new Map<string, { atMs: number; lastEventTime: number | undefined }>();

  /** @param instance the name this process is known by, shown as the feed's leader */
  constructor(store: Store, clock: Clock, instance: string) {
    this.#store = store;
    this.#clock = clock;
    this.#instance = instance;
  }

  /**
   * The producer has shown itself.
   * @param lastEventTime of its newest row; undefined when it brought none
   * @param storedEventTime asks what the board knows of it from before this process
   */
  async heard(
    namespace: ViewerNamespace,
    { name, title, source = 'live' }: Grant,
    lastEventTime: number | undefined,
    storedEventTime: () => number | undefined,
  ): Promise<void> {
    const key = `${namespace}/${name}`;
    const told = this.#told.get(key) ?? { atMs: -Infinity, lastEventTime: storedEventTime() };
    told.lastEventTime = lastEventTime ?? told.lastEventTime;
    this.#told.set(key, told);
    const nowMs = this.#clock.monotonicMs();
    if (told.lastEventTime === undefined || nowMs - told.atMs < STATUS_INTERVAL_MS) return;
    told.atMs = nowMs;
    const time = told.lastEventTime;
    const leader = this.#instance;
    const fields: FeedStatus = { title, state: 'running', source, speed: 1, lastEventTime: time, leader };
    const update = { topic: `feed:${name}`, time, fields: { ...fields } };
    await this.#store.append(namespace, { producer: pushedProducer(name), updates: [update] });
  }
}
