import type { Epoch, Seq } from '@bigboard/shared/position';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { Bus } from '../bus.ts';
import { hear } from '../hear.ts';
import type { Leases } from '../leases.ts';
import type { StoreStatus } from '../store-status.ts';
import { checkCheckpoint } from '../sequencer.ts';
import {
  StoreError,
  type AppendedBatch,
  type Batch,
  type NamespaceState,
  type ProducerState,
  type Store,
} from '../store.ts';
import { KeyframeWriter } from './keyframe-writer.ts';
import { PATIENCE_MS } from './lives.ts';
import { entryFromBus, type LogEntry } from './log-entry.ts';
import { logIdOf } from './log-head.ts';
import { Peers, type LifeSign } from './peers.ts';
import { COMMAND_TIMEOUT_MS, RedisLink } from './redis-link.ts';
import { RedisFailure } from './redis-failure.ts';
import { Replica } from './replica.ts';
import { STORE_SCRIPTS } from './scripts.ts';

const LOG_CHANNEL = 'log';
const LIFE_CHANNEL = 'life';
const PULL_INTERVAL_MS = 1_000;
/** Nothing heard of Redis for so long: what is shown may be old. */
const SILENT_MS = 3_000;
/** Batches that Redis has not answered yet; what comes beyond is refused, not kept in memory. */
const UNANSWERED_MAX_BYTES = 16 * 1_048_576;
const AWAY = 'Redis is away';
const WAITING_LOG_MS = 5_000;

export interface RedisStoreOptions {
  readonly url: string;
  /** Of this process, and of no other ever. */
  readonly instance: string;
  /** What people call it. */
  readonly name: string;
  /** Must differ at every call, on every instance. */
  readonly newEpoch: () => Epoch;
  readonly bus: Bus;
  /** How long other instances are waited for that may know more, when it is in doubt what Redis still holds. Default 1,000. */
  readonly patienceMs?: number;
  /** An answer of Redis that is read later is none. Default: when the connection gives it up. */
  readonly answerMs?: number;
}

/** Connects, and waits until everything is loaded: however long Redis is away, saying so. */
export async function openRedisStore(options: RedisStoreOptions, clock: Clock, log: Logger): Promise<RedisStore> {
  const store = new RedisStore(options, clock, log);
  const endWords = clock.every(WAITING_LOG_MS, () => log.warn({ reason: store.failure }, 'waiting for Redis'));
  await store.loaded;
  endWords();
  return store;
}

/**
 * The logs are in Redis, for several instances: each holds a copy of all, which follows what any of them appends. Batches
 * come over the bus, fast and unreliably; what stays missing is read from the log.
 */
export class RedisStore implements Store {
  readonly description: string;
  /** Resolves when all logs are loaded and may be written to. */
  readonly loaded: Promise<void>;
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #options: RedisStoreOptions;
  readonly #peers: Peers;
  readonly #replicas: ReadonlyMap<ViewerNamespace, Replica>;
  readonly #appendedListeners = new Set<(batch: AppendedBatch) => void>();
  readonly #replacedListeners = new Set<(namespace: ViewerNamespace) => void>();
  readonly #ends: Cancel[];
  readonly #unanswered = new Set<Promise<unknown>>();
  #unansweredBytes = 0;
  #pulledAtMs: number;
  #isPulling = false;
  #isClosed = false;
  #linkSinceMs: number;
  #roundTripMs: number | undefined;

  constructor(options: RedisStoreOptions, clock: Clock, log: Logger) {
    const { url, instance, name, newEpoch, bus, patienceMs = PATIENCE_MS, answerMs = COMMAND_TIMEOUT_MS } = options;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#peers = new Peers(instance);
    this.#pulledAtMs = clock.monotonicMs();
    this.#linkSinceMs = clock.wallMs();
    this.#link = new RedisLink({ url, name }, STORE_SCRIPTS, log);
    this.description = `Redis at ${this.#link.place}`;
    const parts = {
      ...{ link: this.#link, instance, newEpoch, patienceMs, answerMs },
      peers: () => this.#peers.instances,
      seePeers: (instances: readonly string[]) => this.#peers.see(instances, clock.monotonicMs()),
      publish: (text: string) => bus.publish(LOG_CHANNEL, text),
    };
    const replicaOf = (namespace: ViewerNamespace) =>
      new Replica(namespace, parts, clock, log, {
        applied: (batch) => this.#tellAppended(batch),
        replaced: () => {
          for (const listener of this.#replacedListeners) hear(() => listener(namespace));
        },
      });
    this.#replicas = new Map(VIEWER_NAMESPACES.map((namespace) => [namespace, replicaOf(namespace)]));
    const replicas = [...this.#replicas.values()];
    this.loaded = Promise.all(replicas.map(({ loaded }) => loaded)).then(() => undefined);
    this.#ends = [
      bus.onMessage((channel, text) => this.#hearBus(channel, text)),
      this.#link.onReady(() => {
        this.#linkSinceMs = clock.wallMs();
        this.#pulledAtMs = clock.monotonicMs();
        for (const replica of replicas) void replica.verify();
      }),
      this.#link.onUnready(() => {
        this.#linkSinceMs = clock.wallMs();
        for (const replica of replicas) replica.unverify(AWAY);
      }),
      clock.every(PULL_INTERVAL_MS, () => {
        void this.#pull();
        this.#beat();
      }),
    ];
  }

  /** Told to everyone who reads: where Redis is, and what exactly it said, stands only in the log. */
  get failure(): string | undefined {
    if (this.#link.failure !== undefined) return AWAY;
    for (const { failure } of this.#replicas.values()) if (failure !== undefined) return failure;
    return this.#clock.monotonicMs() - this.#pulledAtMs > SILENT_MS ? 'Redis does not answer' : undefined;
  }

  get status(): StoreStatus {
    const link = { isUp: this.#link.runId !== undefined, sinceMs: this.#linkSinceMs };
    const replicas = [...this.#replicas.values()];
    return {
      link: this.#roundTripMs === undefined ? link : { ...link, roundTripMs: this.#roundTripMs },
      repairs: replicas.reduce((sum, { repairs }) => sum + repairs, 0),
      epochs: replicas.reduce((sum, { epochs }) => sum + epochs, 0),
    };
  }

  /** The other instances that are there, as they tell of themselves. */
  get peers(): readonly LifeSign[] {
    return this.#peers.signs;
  }

  /** Has the documents written now and then, by whichever instance holds the lease for it. */
  async keepWith(leases: Leases): Promise<void> {
    for (const [namespace, replica] of this.#replicas) {
      await leases.stand(`keep:${namespace}`, new KeyframeWriter(replica, this.#link, this.#clock, this.#log));
    }
  }

  async append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    if (this.#isClosed) throw new StoreError('draining', 'the store is closed');
    checkCheckpoint(batch.checkpoint);
    const updates = batch.updates.map((update) => JSON.stringify(update));
    const checkpoint = batch.checkpoint === undefined ? undefined : JSON.stringify(batch.checkpoint);
    const bytes = updates.reduce((sum, { length }) => sum + length, checkpoint?.length ?? 0);
    if (this.#unansweredBytes > 0 && this.#unansweredBytes + bytes > UNANSWERED_MAX_BYTES) {
      throw new StoreError('unavailable', 'Redis takes no more for now', { retryInMs: 100 });
    }
    this.#unansweredBytes += bytes;
    const appending = this.#replica(namespace).append(batch, updates, checkpoint);
    this.#unanswered.add(appending);
    try {
      return await appending;
    } finally {
      this.#unanswered.delete(appending);
      this.#unansweredBytes -= bytes;
    }
  }

  async producer(namespace: ViewerNamespace, name: string): Promise<ProducerState> {
    return this.#replica(namespace).producer(name);
  }

  async readAfter(namespace: ViewerNamespace, seq: Seq): Promise<readonly AppendedBatch[] | undefined> {
    return this.#replica(namespace).readAfter(seq);
  }

  async load(namespace: ViewerNamespace): Promise<NamespaceState> {
    return this.#replica(namespace).state();
  }

  async catchUp(namespace: ViewerNamespace): Promise<void> {
    await this.#replica(namespace).catchUp();
  }

  onAppended(listener: (batch: AppendedBatch) => void): () => void {
    this.#appendedListeners.add(listener);
    return () => this.#appendedListeners.delete(listener);
  }

  onReplaced(listener: (namespace: ViewerNamespace) => void): () => void {
    this.#replacedListeners.add(listener);
    return () => this.#replacedListeners.delete(listener);
  }

  /** What Redis was asked to store is still answered. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const end of this.#ends.splice(0)) end();
    await Promise.allSettled(this.#unanswered);
    for (const replica of this.#replicas.values()) replica.stop();
    this.#appendedListeners.clear();
    this.#replacedListeners.clear();
    this.#link.close();
  }

  #replica(namespace: ViewerNamespace): Replica {
    return this.#replicas.get(namespace) as Replica;
  }

  #tellAppended(batch: AppendedBatch): void {
    if (batch.updates.length === 0) return;
    for (const listener of this.#appendedListeners) hear(() => listener(batch));
  }

  #hearBus(channel: string, text: string): void {
    let entry: LogEntry | undefined;
    try {
      if (channel === LIFE_CHANNEL) this.#peers.hear(text, this.#clock.monotonicMs());
      if (channel === LOG_CHANNEL) entry = entryFromBus(text);
    } catch (error) {
      this.#log.warn({ err: error, channel }, 'a message of another instance could not be read');
    }
    if (entry !== undefined) this.#replica(entry.batch.namespace).hear(entry);
  }

  async #pull(): Promise<void> {
    if (this.#isPulling || this.#link.runId === undefined) return;
    this.#isPulling = true;
    try {
      for (const replica of this.#replicas.values()) {
        const askedAtMs = this.#clock.monotonicMs();
        await replica.pull();
        this.#roundTripMs = Math.round((this.#clock.monotonicMs() - askedAtMs) * 100) / 100;
      }
      this.#pulledAtMs = this.#clock.monotonicMs();
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      this.#log.debug({ err: error }, 'Redis could not be asked how it stands');
    } finally {
      this.#isPulling = false;
    }
  }

  #beat(): void {
    const { instance, name, bus } = this.#options;
    const positions: LifeSign['positions'] = {};
    for (const [namespace, { verified, head }] of this.#replicas) {
      if (verified !== undefined && head !== undefined) {
        positions[namespace] = { epoch: verified.epoch, seq: logIdOf(head).seq };
      }
    }
    bus.publish(LIFE_CHANNEL, JSON.stringify({ instance, name, positions } satisfies LifeSign));
    if (this.failure === undefined) this.#peers.forget(this.#clock.monotonicMs());
  }
}
