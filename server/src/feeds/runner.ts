import type { FeedState, FeedStatus } from '@bigboard/shared/directory';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Store } from '../store/store.ts';
import type { Feed, TimedUpdate } from './feed.ts';

/** Rows in one batch; a larger opening goes in several. */
const BATCH_ROWS = 1_000;
/** The feed is asked for what is due at most this often and at least that often. */
const MIN_WAIT_MS = 5;
const MAX_WAIT_MS = 1_000;
/** After a longer standstill of the process the stream goes on from where it was, instead of pouring out what it missed. */
const STANDSTILL_MS = 5_000;
const STATUS_INTERVAL_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Plays one feed into the log: asks it for what is due on its stream clock and appends that. It never has more than one
 * batch under way, so a slow store slows the feed instead of filling memory.
 */
export class FeedRunner {
  readonly #feed: Feed;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #instance: string;
  readonly #namespaces = new Set<ViewerNamespace>();
  #state: FeedState = 'running';
  #reason: string | undefined;
  #lastEventTime = 0;
  #anchorStreamMs: number;
  #anchorMs = 0;
  #polledAtMs = 0;
  #statusAtMs = -Infinity;
  #next: TimedUpdate | undefined;
  #unstored: NamespacedUpdate[] = [];
  #cancel: Cancel | undefined;
  #isStopped = false;

  /** @param instance the name this process is known by, shown as the feed's leader */
  constructor(feed: Feed, store: Store, clock: Clock, log: Logger, instance: string) {
    this.#feed = feed;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#instance = instance;
    this.#anchorStreamMs = feed.startTimeMs;
    this.#lastEventTime = feed.startTimeMs;
  }

  get name(): string {
    return this.#feed.name;
  }

  /** Stores the opening, then plays. Resolves when the opening is stored, which is when viewers may come. */
  async start(): Promise<void> {
    for (const update of this.#feed.opening()) {
      this.#unstored.push(update);
      if (this.#unstored.length >= BATCH_ROWS) await this.#append();
    }
    await this.#append();
    this.#next = this.#feed.next();
    if (this.#next !== undefined) this.#namespaces.add(this.#next.namespace);
    await this.#tell();
    this.#anchorMs = this.#polledAtMs = this.#clock.monotonicMs();
    this.#wait(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #wait(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#clock.after(delayMs, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    try {
      await this.#play();
    } catch (error) {
      // The store does not take it now: the batch waits and so does the stream. It is not lost and not reordered.
      this.#log.warn({ err: error, feed: this.name }, 'a feed could not store; it tries again');
      this.#wait(RETRY_MS);
    }
  }

  async #play(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const wasRefused = this.#unstored.length > 0;
    if (wasRefused || nowMs - this.#polledAtMs > STANDSTILL_MS) this.#anchorHere();
    this.#polledAtMs = nowMs;
    if (!wasRefused && this.#state === 'running') this.#unstored = this.#takeDue(this.#streamTimeMs());
    await this.#append();
    if (this.#clock.monotonicMs() - this.#statusAtMs > STATUS_INTERVAL_MS || this.#state !== 'running')
      await this.#tell();
    if (this.#state !== 'running' || this.#next === undefined) return;
    const untilDueMs = (this.#next.dueTimeMs - this.#streamTimeMs()) / this.#feed.speed;
    this.#wait(Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, untilDueMs)));
  }

  #streamTimeMs(): number {
    return this.#anchorStreamMs + (this.#polledAtMs - this.#anchorMs) * this.#feed.speed;
  }

  #anchorHere(): void {
    this.#anchorStreamMs = this.#streamTimeMs();
    this.#anchorMs = this.#polledAtMs = this.#clock.monotonicMs();
  }

  #takeDue(streamTimeMs: number): NamespacedUpdate[] {
    const due: TimedUpdate[] = [];
    try {
      while (this.#next !== undefined && this.#next.dueTimeMs <= streamTimeMs) {
        // What is due in one moment goes in one batch, or readers would see the half of a loop's seam.
        if (due.length >= BATCH_ROWS && this.#next.dueTimeMs !== due.at(-1)?.dueTimeMs) break;
        due.push(this.#next);
        this.#next = this.#feed.next();
      }
      if (this.#next === undefined) this.#become('paused', 'it has come to its end');
    } catch (error) {
      this.#log.error({ err: error, feed: this.name }, 'a feed failed');
      this.#become('failed', error instanceof Error ? error.message : String(error));
    }
    return due;
  }

  #become(state: FeedState, reason: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#log.info({ feed: this.name, state, reason }, 'feed');
  }

  /** Stores what is unstored; after a failure only the rest is left, so that trying again doubles nothing. */
  async #append(): Promise<void> {
    this.#lastEventTime = this.#unstored.at(-1)?.update.time ?? this.#lastEventTime;
    for (const namespace of VIEWER_NAMESPACES) {
      const updates = this.#unstored.filter((row) => row.namespace === namespace).map(({ update }) => update);
      if (updates.length === 0) continue;
      this.#namespaces.add(namespace);
      await this.#store.append(namespace, { producer: this.name, updates });
      this.#unstored = this.#unstored.filter((row) => row.namespace !== namespace);
    }
  }

  /** Publishes `feed:NAME` in every namespace the feed writes to. */
  async #tell(): Promise<void> {
    this.#statusAtMs = this.#clock.monotonicMs();
    const { title, source, sources, staged, speed } = this.#feed;
    const status: Omit<FeedStatus, 'source'> = {
      title,
      state: this.#state,
      speed,
      lastEventTime: this.#lastEventTime,
      leader: this.#instance,
    };
    const optional = { ...(staged ? { staged } : {}), ...(this.#reason === undefined ? {} : { reason: this.#reason }) };
    for (const namespace of this.#namespaces) {
      const fields = { ...status, source: sources?.[namespace] ?? source, ...optional };
      const update = { topic: `feed:${this.name}`, time: this.#lastEventTime, fields };
      await this.#store.append(namespace, { producer: this.name, updates: [update] });
    }
  }
}
