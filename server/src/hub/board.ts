import type { FeedState } from '@bigboard/shared/directory';
import { RequestError } from '@bigboard/shared/errors';
import type { FeedHealth } from '@bigboard/shared/messages';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../clock.ts';
import { feedOfProducer } from '../store/producer-name.ts';
import { StoreError, type AppendedBatch, type NamespaceState, type Store } from '../store/store.ts';
import { Audience } from './audience.ts';
import { Bulletins } from './bulletins.ts';
import { Checksums } from './checksums.ts';
import { FanOut } from './fan-out.ts';
import { FlushLoop } from './flush-loop.ts';
import { Hub } from './hub.ts';
import { Intake } from './intake.ts';

const BEAT_INTERVAL_MS = 1_000;
const AHEAD_RETRY_MS = 1_000;
/** Every so many beats carries a checksum: seldom enough to cost nothing, often enough to find a wrong copy in a minute. */
const BEATS_PER_SUM = 10;

/** A feed tells its status every 5 s; one that has said nothing at all for three times that has stalled. */
const STALLED_MS = 15_000;

export interface BoardObserver {
  updatesApplied(count: number): void;
  flushed(durationMs: number, frames: number): void;
  repaired(): void;
  repairFailed(error: unknown): void;
}

/** One namespace on this instance, live: the hub, those who read it, and what keeps both going. */
export class Board {
  readonly namespace: ViewerNamespace;
  readonly hub: Hub;
  readonly audience: Audience;
  readonly flushLoop: FlushLoop;
  readonly #fanOut: FanOut;
  readonly #checksums: Checksums;
  readonly #bulletins = new Bulletins();
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #intake: Intake;
  /** When each feed last brought data, and when it last said anything. Monotonic. */
  readonly #heardAtMs = new Map<string, { dataMs: number; anythingMs: number }>();
  readonly #listeners = new Set<(batch: AppendedBatch) => void>();
  readonly #replacedListeners = new Set<() => void>();
  readonly #ends: Cancel[] = [];
  #beats = 0;
  #countWatching: (() => number) | undefined;

  constructor(
    namespace: ViewerNamespace,
    state: NamespaceState,
    store: Store,
    clock: Clock,
    flushMs: number,
    observer: BoardObserver,
  ) {
    this.namespace = namespace;
    this.#clock = clock;
    this.#store = store;
    this.hub = new Hub(state);
    // A feed that was there before this instance has yet to say something: until then nothing of it is live.
    for (const { topic } of state.documents) {
      const { kind, id } = parseTopic(topic);
      if (kind !== 'feed' || id === undefined) continue;
      this.#heardAtMs.set(id, { dataMs: clock.monotonicMs(), anythingMs: -Infinity });
    }
    this.audience = new Audience(this.hub);
    this.#fanOut = new FanOut(this.audience);
    this.#checksums = new Checksums(this.hub);
    this.flushLoop = new FlushLoop(this.#fanOut, clock, flushMs, observer);
    this.#intake = new Intake(this.hub, namespace, store, clock, {
      applied: (batch) => this.#applied(batch, observer),
      replaced: (isNewEpoch) => {
        if (isNewEpoch) this.audience.cohorts.startOver();
        this.flushLoop.nudge();
        for (const listener of this.#replacedListeners) listener();
      },
      repaired: () => observer.repaired(),
      repairFailed: (error) => observer.repairFailed(error),
    });
  }

  start(): void {
    this.#ends.push(
      this.#store.onAppended((batch) => {
        if (batch.namespace === this.namespace) this.#intake.receive(batch);
      }),
      this.#store.onReplaced((namespace) => {
        if (namespace === this.namespace) this.#intake.replaced();
      }),
      this.#clock.every(BEAT_INTERVAL_MS, () => this.#beat()),
    );
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#intake.stop();
    this.flushLoop.stop();
  }

  /**
   * Rule 6: brings the hub as far as the store is, for a reader that may have been further on another instance.
   * @throws RequestError `unavailable` while the store cannot tell
   */
  async catchUp(): Promise<void> {
    try {
      await this.#store.catchUp(this.namespace);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const message = 'it cannot be looked up now what came after what this reader has seen';
      throw new RequestError('unavailable', message, error.retryInMs ?? AHEAD_RETRY_MS);
    }
    await this.#intake.settled();
  }

  /** Hears each batch after the hub has taken it. @returns a function that ends the listening */
  onApplied(listener: (batch: AppendedBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Hears when the hub has taken the namespace anew: what came to it in that way is heard of in no batch.
   * @returns a function that ends the listening
   */
  onReplaced(listener: () => void): () => void {
    this.#replacedListeners.add(listener);
    return () => this.#replacedListeners.delete(listener);
  }

  /** From now on readers are told how many watch, whenever that changes. */
  tellWatching(count: () => number): void {
    this.#countWatching = count;
  }

  /** How each feed of this namespace does, by its name. */
  feeds(): Record<string, FeedHealth> {
    const nowMs = this.#clock.monotonicMs();
    const feeds: Record<string, FeedHealth> = {};
    for (const [name, { dataMs, anythingMs }] of this.#heardAtMs) {
      const told = this.hub.documents.get(`feed:${name}`)?.value('state') as FeedState | undefined;
      if (told === undefined) continue;
      // What cannot be stored cannot come, whatever the feed last said.
      const isStalled = nowMs - anythingMs > STALLED_MS || this.#store.failure !== undefined;
      const state = told === 'running' && isStalled ? 'stalled' : told;
      feeds[name] = { state, ageMs: Math.round(nowMs - dataMs) };
    }
    return feeds;
  }

  #applied(batch: AppendedBatch, observer: BoardObserver): void {
    this.#heard(batch);
    observer.updatesApplied(batch.updates.length);
    this.flushLoop.nudge();
    for (const listener of this.#listeners) listener(batch);
  }

  #heard({ producer, updates }: AppendedBatch): void {
    const feed = feedOfProducer(producer);
    if (feed === undefined) return;
    const anythingMs = this.#clock.monotonicMs();
    // What a feed says of itself is no sign that its data still come.
    const isData = updates.some(({ topic }) => parseTopic(topic).kind !== 'feed');
    const dataMs = isData ? anythingMs : (this.#heardAtMs.get(feed)?.dataMs ?? anythingMs);
    this.#heardAtMs.set(feed, { dataMs, anythingMs });
  }

  #beat(): void {
    const now = { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
    const turn = ++this.#beats / BEATS_PER_SUM;
    const hasSums = Number.isInteger(turn);
    this.#fanOut.beat(now, JSON.stringify(this.feeds()), (cohort) => (hasSums ? this.#checksums.of(cohort, turn) : ''));
    // Counted in this very turn: who has just come counts itself among them.
    this.#bulletins.post(this.#store.failure, this.#countWatching?.());
    this.#bulletins.tell(this.audience.readers);
    this.flushLoop.nudge();
  }
}
