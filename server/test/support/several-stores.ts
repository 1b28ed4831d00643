import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { systemClock, type Clock } from '../../src/clock.ts';
import type { Candidate, Leases } from '../../src/store/leases.ts';
import { openRedisStore, type RedisStore } from '../../src/store/redis/redis-store.ts';
import type { AppendedBatch, NamespaceState } from '../../src/store/store.ts';
import { LinkProxy } from './link-proxy.ts';
import { LogLines } from './log-lines.ts';
import { RedisServer } from './redis-server.ts';
import { UnrulyBus } from './unruly-bus.ts';

export interface Instance {
  readonly name: string;
  readonly store: RedisStore;
  /** Its way to Redis. */
  readonly link: LinkProxy;
  readonly log: LogLines;
  /** What its listeners were told of `markets`, in order: the batches of one loaded state, and how often it was replaced. */
  readonly reader: Reader;
}

/** Follows a store as a board does, and notes whatever goes wrong. */
export class Reader {
  readonly errors: string[] = [];
  readonly epochs: string[] = [];
  documents = new Map<string, TopicDocument>();
  seq = 0;
  epoch = '';
  /** What it was shown of each number in each epoch. */
  readonly seen = new Map<string, string>();

  constructor(store: RedisStore, state: NamespaceState) {
    this.#take(state);
    store.onAppended((batch) => {
      if (batch.namespace === 'markets') this.#hear(batch);
    });
    store.onReplaced((namespace) => {
      if (namespace !== 'markets') return;
      // As documents are of one moment, so is what is taken: the store answers in this turn.
      const loading = store.load('markets');
      const held: AppendedBatch[] = [];
      this.#held = held;
      void loading.then((loaded) => {
        if (this.#held !== held) return;
        this.#held = undefined;
        this.#take(loaded);
        for (const batch of held) this.#hear(batch);
      });
    });
  }

  #held: AppendedBatch[] | undefined;

  #take(state: NamespaceState): void {
    if (state.epoch === this.epoch && state.seq < this.seq) {
      this.errors.push(`went back from ${this.seq} to ${state.seq} within ${state.epoch}`);
    }
    if (state.epoch !== this.epoch) this.epochs.push(state.epoch);
    this.epoch = state.epoch;
    this.seq = state.seq;
  }

  #hear(batch: AppendedBatch): void {
    if (this.#held !== undefined) return void this.#held.push(batch);
    if (batch.epoch !== this.epoch) this.errors.push(`a batch of ${batch.epoch} in ${this.epoch}`);
    if (batch.from !== this.seq) this.errors.push(`a batch from ${batch.from} after ${this.seq}`);
    foldUpdates(this.documents, batch.from, batch.updates);
    batch.updates.forEach((update, index) => {
      this.seen.set(`${batch.epoch} ${batch.from + 1 + index}`, JSON.stringify(update));
    });
    this.seq = batch.to;
  }
}

/** The clock may go ten times as fast; Redis does not. */
const ANSWER_MS = 10_000;

/** All of them write documents at once, which does no harm. */
const ALWAYS_HELD: Leases = {
  stand: (_name: string, candidate: Candidate) => candidate.lead(undefined),
  holders: () => new Map(),
  isHeld: () => Promise.resolve(true),
  release: () => Promise.resolve(),
};

/** Several instances over one real Redis, each with its own way to it, on a bus of their own. */
export class SeveralStores implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly bus: UnrulyBus;
  readonly instances = new Map<string, Instance>();
  /** Whether those opened from now on write documents. */
  areKept = true;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  #opened = 0;

  private constructor(redis: RedisServer, random: () => number, patienceMs: number, clock: Clock) {
    this.redis = redis;
    this.bus = new UnrulyBus(random);
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  static async start(random = () => 0.5, patienceMs = 300, clock = systemClock): Promise<SeveralStores> {
    return new SeveralStores(await RedisServer.start(), random, patienceMs, clock);
  }

  /** @param tell hears what it logs */
  async open(name: string, tell?: (...line: unknown[]) => void): Promise<Instance> {
    const link = await LinkProxy.to(this.redis.port);
    const log = new LogLines();
    if (tell !== undefined) {
      log.warn = (...line) => tell(name, 'warn', ...line);
      log.info = (...line: unknown[]) => tell(name, ...line);
    }
    const life = `${name}-${++this.#opened}`;
    let epochs = 0;
    const options = {
      url: link.url,
      instance: life,
      name,
      newEpoch: () => `e-${life}-${++epochs}`,
      bus: this.bus.member(life),
      patienceMs: this.#patienceMs,
      answerMs: ANSWER_MS,
    };
    const store = await openRedisStore(options, this.#clock, log);
    if (this.areKept) await store.keepWith(ALWAYS_HELD);
    const instance = { name: life, store, link, log, reader: new Reader(store, await store.load('markets')) };
    this.instances.set(life, instance);
    return instance;
  }

  /** As `kill -9`: nothing is said to anybody. */
  async kill({ name, store, link }: Instance): Promise<void> {
    this.bus.cut(name);
    link.cut();
    this.instances.delete(name);
    await store.close();
    await link[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const instance of this.instances.values()) await this.kill(instance);
    await this.redis[Symbol.asyncDispose]();
  }
}
