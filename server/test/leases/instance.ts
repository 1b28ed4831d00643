import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from '../../src/derive/deriver.ts';
import { deriversLease, LedDerivers } from '../../src/derive/led-derivers.ts';
import { feedLease, LedFeed } from '../../src/feeds/led-feed.ts';
import { ReplayFeed } from '../../src/feeds/replay.ts';
import { Board } from '../../src/hub/board.ts';
import { LeasedStore } from '../../src/store/leased-store.ts';
import { RedisFailure } from '../../src/store/redis/redis-failure.ts';
import { RedisLeases } from '../../src/store/redis/redis-leases.ts';
import type { Candidate } from '../../src/store/leases.ts';
import { StoreError, type Batch, type Store } from '../../src/store/store.ts';
import { LogLines } from '../support/log-lines.ts';
import { ProcessClock } from './process-clock.ts';
import type { World } from './world.ts';

const START_MS = 1_000_000;
const ROWS = 400;
const ROW_MS = 200;
/** What is not answered by then counts as lost, and may have been done. */
const ANSWER_MS = 1_000;

export const FEED = 'tape';

/** Tells again each entry of the tape. */
class Echo implements Deriver {
  readonly name = 'echo';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  #heard: Json[] = [];

  fold({ topic, log = [] }: Update): void {
    if (topic === 'tape') this.#heard.push(...log);
  }

  settle(time: number): readonly Update[] {
    const log = this.#heard.splice(0);
    return log.length === 0 ? [] : [{ topic: 'echo', time, log }];
  }

  state(): Json {
    return null;
  }

  restore(): void {}
}

function tape(): ReplayFeed {
  const updates = Array.from({ length: ROWS }, (_, index) => ({
    namespace: 'markets' as const,
    update: { topic: 'tape', time: START_MS + index * ROW_MS, log: [index] },
  }));
  const header = { bigboard: 1, title: 'A tape', source: 'me', licence: 'CC0-1.0', origin: 'recorded' } as const;
  return new ReplayFeed({ header, updates, fingerprint: FEED }, { name: FEED });
}

/** A process with a board, a feed and a deriver, on the Redis and the store of its world. */
export class Instance {
  readonly clock: ProcessClock;
  readonly log = new LogLines();
  readonly feed: LedFeed;
  readonly #world: World;
  readonly #leases: RedisLeases;
  /** The newest token it was given of each lease. */
  readonly #tokens = new Map<string, number>();

  constructor(world: World, name: string) {
    this.#world = world;
    this.clock = new ProcessClock(world.clock, world.random);
    const link: ConstructorParameters<typeof RedisLeases>[1] = {
      run: (...asked) => this.#ask(() => world.redis.run(...asked), new RedisFailure('AWAY', 'no answer')),
      command: (_name, ...args) => world.redis.command('EXISTS', String(args[0])),
    };
    this.#leases = new RedisLeases(name, link, this.clock, () => world.random.next(), this.log);
    this.feed = new LedFeed(tape(), new LeasedStore(this.#store(), this.#leases), this.clock, this.log, name);
  }

  async start(): Promise<void> {
    const store = new LeasedStore(this.#store(), this.#leases);
    const nothing = () => undefined;
    const observer = { updatesApplied: nothing, flushed: nothing, repaired: nothing, repairFailed: nothing };
    const board = new Board('markets', await store.load('markets'), store, this.clock, 50, observer);
    board.start();
    const derivers = new LedDerivers([() => new Echo()], async () => undefined, board, store, this.clock, this.log);
    void this.#stand(deriversLease('markets'), derivers);
    void this.#stand(feedLease(FEED), this.feed);
  }

  release(): Promise<void> {
    return this.#leases.release();
  }

  #stand(name: string, candidate: Candidate): Promise<void> {
    return this.#leases.stand(name, {
      lead: (fence) => {
        this.#tokens.set(name, fence?.token ?? 0);
        return candidate.lead(fence);
      },
      follow: () => candidate.follow(),
    });
  }

  /** The store as it is reached from here: what is asked may be done though no answer comes. */
  #store(): Store {
    const { store } = this.#world;
    const unavailable = new StoreError('unavailable', 'no answer', { retryInMs: 200, isInDoubt: true });
    return {
      description: store.description,
      failure: undefined,
      append: (namespace, batch) => {
        const lease = leaseOf(batch);
        const token = this.#tokens.get(lease) ?? 0;
        this.#world.sends(lease, token);
        return this.#ask(() => this.#world.append(namespace, batch, lease, token), unavailable);
      },
      producer: (namespace, name) => this.#ask(() => store.producer(namespace, name), unavailable),
      readAfter: (namespace, seq) => store.readAfter(namespace, seq),
      load: (namespace) => store.load(namespace),
      onAppended: (listener) =>
        store.onAppended((batch) => void this.clock.after(this.#world.delayMs(), () => listener(batch))),
      catchUp: () => Promise.resolve(),
      onReplaced: () => () => undefined,
      close: () => Promise.resolve(),
    };
  }

  /** Over a network that is slow at times. */
  #ask<Answer>(does: () => Promise<Answer>, late: Error): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(ANSWER_MS, () => reject(late));
      const arrive = (settle: () => void) =>
        void this.clock.after(this.#world.delayMs(), () => {
          cancel();
          settle();
        });
      this.#world.clock.after(this.#world.delayMs(), () => {
        does().then(
          (answer) => arrive(() => resolve(answer)),
          (error: Error) => arrive(() => reject(error)),
        );
      });
    });
  }
}

function leaseOf({ producer }: Batch): string {
  return producer === FEED ? feedLease(FEED) : deriversLease('markets');
}
