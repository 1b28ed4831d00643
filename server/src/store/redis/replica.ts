import type { Json } from '@bigboard/shared/json';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { NamespaceLog } from '../namespace-log.ts';
import { StoreError, type AppendedBatch, type Batch, type NamespaceState, type ProducerState } from '../store.ts';
import { Follower } from './follower.ts';
import { keysOf, type NamespaceKeys } from './keys.ts';
import { loadNamespace, type Loaded } from './loader.ts';
import { entryToBus, type LogEntry } from './log-entry.ts';
import { logIdOf } from './log-head.ts';
import { readLog } from './log-reader.ts';
import { RedisFailure } from './redis-failure.ts';
import type { RedisLink } from './redis-link.ts';
import {
  runAppend,
  runLook,
  runProducer,
  type AppendAnswer,
  type BatchTexts,
  type Look,
  type VerifiedLog,
} from './scripts.ts';
import { refusalOf } from './store-refusal.ts';
import { Verification } from './verification.ts';

const VERIFY_RETRY_MS = 500;
const UNVERIFIED = 'it is being found out what Redis still holds';

export interface ReplicaParts {
  readonly link: RedisLink;
  /** Of this process, and of no other ever. */
  readonly instance: string;
  readonly newEpoch: () => Epoch;
  readonly peers: () => ReadonlySet<string>;
  /** Who was there, as Redis says. */
  readonly seePeers: (instances: readonly string[]) => void;
  readonly patienceMs: number;
  /** An answer that comes later is none. */
  readonly answerMs: number;
  /** To the other instances. */
  readonly publish: (text: string) => void;
}

export interface ReplicaObserver {
  applied(batch: AppendedBatch): void;
  replaced(): void;
}

interface Held extends Loaded {
  readonly follower: Follower;
  readonly generation: number;
  readonly continues: NamespaceState['continues'];
}

const continuesSchema = z.object({ epoch: z.string(), seq: z.number() });

/** One namespace as this instance holds it: a copy that follows the log in Redis, and the only way to write to it. */
export class Replica {
  readonly namespace: ViewerNamespace;
  readonly keys: NamespaceKeys;
  readonly #parts: ReplicaParts;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #observer: ReplicaObserver;
  readonly #verification: Verification;
  /** Resolves when it is verified for the first time. */
  readonly loaded: Promise<void>;
  #resolveLoaded: () => void = () => undefined;
  #held: Held | undefined;
  #verified: VerifiedLog | undefined;
  #failure: string | undefined = UNVERIFIED;
  /** Counts the attempts to verify: what was begun for an earlier connection decides nothing. */
  #attempt = 0;
  #batches = 0;
  #isStopped = false;
  #catchingUp: Promise<void> | undefined;
  /** Times the log was read for what had not come by itself. */
  repairs = 0;
  /** Epochs that began since this instance holds the namespace. */
  epochs = 0;

  constructor(namespace: ViewerNamespace, parts: ReplicaParts, clock: Clock, log: Logger, observer: ReplicaObserver) {
    this.namespace = namespace;
    this.keys = keysOf(namespace);
    this.#parts = parts;
    this.#clock = clock;
    this.#log = log;
    this.#observer = observer;
    this.loaded = new Promise((resolve) => (this.#resolveLoaded = resolve));
    const { link, instance, newEpoch, peers, patienceMs } = parts;
    this.#verification = new Verification({
      ...{ link, keys: this.keys, namespace, instance, newEpoch, peers, patienceMs, clock },
      holding: () => this.#holding(),
      catchUp: async () => this.#held?.follower.catchUp(),
      tell: (decided) => log.warn({ namespace, ...decided }, 'a new epoch begins'),
    });
  }

  /** Why nothing can be written now, in words. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What may be written to now; undefined while it is in doubt. */
  get verified(): VerifiedLog | undefined {
    return this.#verified;
  }

  get log(): NamespaceLog {
    return this.#current.log;
  }

  get head(): string | undefined {
    return this.#held?.follower.head;
  }

  state(): NamespaceState {
    const { log, continues } = this.#current;
    return { ...log.state(), ...(continues === undefined ? {} : { continues }) };
  }

  /** Finds out how to go on with the Redis process that answers now, and keeps at it until that is known or the connection is lost. */
  async verify(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#verified = undefined;
    this.#failure = UNVERIFIED;
    while (attempt === this.#attempt && this.#parts.link.runId !== undefined) {
      try {
        if (await this.#attemptToVerify(() => attempt === this.#attempt)) return;
      } catch (error) {
        if (attempt !== this.#attempt) return;
        this.#log.warn({ err: error, namespace: this.namespace }, 'it is not known yet what Redis still holds');
      }
      await new Promise<void>((resolve) => this.#clock.after(VERIFY_RETRY_MS, resolve));
    }
  }

  /** The connection is lost: until it is verified anew nothing is written. */
  unverify(reason: string): void {
    this.#attempt++;
    this.#verified = undefined;
    this.#failure = reason;
    this.#held?.follower.giveUpWaiting(reason);
  }

  /** An entry heard of another instance. */
  hear(entry: LogEntry): void {
    if (this.#held === undefined || this.#isStopped) return;
    if (entry.batch.epoch === this.#held.log.epoch) this.#held.follower.hear(entry);
    else if (this.#verified !== undefined) this.pull().catch(() => undefined);
  }

  /** Asks Redis how the namespace stands. @throws RedisFailure */
  async pull(): Promise<void> {
    const { link, instance, seePeers } = this.#parts;
    const { verified } = this;
    if (verified === undefined) return;
    const look = await runLook(link, this.keys, verified.life, { instance, own: this.head });
    seePeers(look.instances);
    if (this.#verified !== verified) return;
    const { follower, log } = this.#current;
    if (look.epoch !== log.epoch || look.life !== verified.life) return this.#doubt('the epoch has changed');
    if (look.head === '') return this.#doubt('the log is gone');
    if (look.atOwn !== '' && look.atOwn !== follower.head && isSamePlace(look.atOwn, follower.head)) {
      return this.#doubt('another entry has the place of the newest one held');
    }
    follower.hearOfHead(look.head);
  }

  /** Brings it as far as the log is; who asks meanwhile waits for the same. @throws StoreError while nobody can tell */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#catchUp().finally(() => (this.#catchingUp = undefined));
    return this.#catchingUp;
  }

  /** @throws StoreError */
  async append(batch: Batch, updates: readonly string[], checkpoint: string | undefined): Promise<AppendedBatch> {
    const { link, instance } = this.#parts;
    const { verified } = this;
    if (verified === undefined) throw new StoreError('unavailable', this.#failure ?? UNVERIFIED, { retryInMs: 1_000 });
    const acceptedAtMs = this.#clock.wallMs();
    const { producer, fence, numbering } = batch;
    const texts: BatchTexts = {
      ...{ producer, acceptedAtMs, updates, nonce: `${instance}:${++this.#batches}` },
      ...(fence === undefined ? {} : { fence }),
      ...(numbering === undefined ? {} : { numbering }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    };
    const askedAtMs = this.#clock.monotonicMs();
    const answer = await runAppend(link, this.keys, verified, texts).catch((error: unknown) => {
      throw refusalOf(error);
    });
    // A process that was stopped reads its answers before it sees that their time is up: they may be of an epoch that is over.
    if (this.#clock.monotonicMs() - askedAtMs > this.#parts.answerMs) {
      throw new StoreError('unavailable', 'Redis has answered too late', { retryInMs: 100, isInDoubt: true });
    }
    return this.#take(verified, batch, texts, answer);
  }

  /** @throws StoreError */
  async producer(name: string): Promise<ProducerState> {
    const { verified } = this;
    if (verified === undefined) throw new StoreError('unavailable', this.#failure ?? UNVERIFIED, { retryInMs: 1_000 });
    const answer = await runProducer(this.#parts.link, this.keys, verified.epoch, name).catch((error: unknown) => {
      throw refusalOf(error);
    });
    if (answer === 'moved') throw this.#moved();
    const { lastId, checkpoint } = answer;
    return checkpoint === '' ? { lastId } : { lastId, checkpoint: JSON.parse(checkpoint) as Json };
  }

  readAfter(seq: Seq): readonly AppendedBatch[] | undefined {
    return this.log.readAfter(seq);
  }

  stop(): void {
    this.#isStopped = true;
    this.unverify('the store is closed');
    this.#held?.follower.stop('the store is closed');
  }

  get #current(): Held {
    if (this.#held === undefined) throw new StoreError('unavailable', 'nothing has been loaded yet');
    return this.#held;
  }

  #holding() {
    if (this.#held === undefined) return undefined;
    const { log, generation, follower } = this.#held;
    return { epoch: log.epoch, generation, head: follower.head, log };
  }

  /** @returns whether it is verified now */
  async #attemptToVerify(isCurrent: () => boolean): Promise<boolean> {
    const { link, instance } = this.#parts;
    const { is, look, runId } = await this.#verification.run();
    if (!isCurrent()) return false;
    const isComplete = is === 'go-on' && (await this.#current.follower.catchUp()) === 'complete';
    if (!isCurrent()) return false;
    if (!isComplete) {
      const loaded = await loadNamespace(link, this.namespace, this.keys, instance);
      if (!isCurrent() || loaded.log.epoch !== look.epoch) return false;
      this.#replace(loaded, look);
    }
    this.#verified = { epoch: look.epoch, life: runId };
    this.#failure = undefined;
    this.#resolveLoaded();
    this.#log.info({ namespace: this.namespace, epoch: look.epoch, seq: this.log.seq, is }, 'Redis is verified');
    return true;
  }

  #replace({ log, head }: Loaded, { generation, continues }: Look): void {
    const { link } = this.#parts;
    const name = { namespace: this.namespace, epoch: log.epoch };
    const keys = this.keys.of(log.epoch);
    const follower = new Follower(head, (after) => readLog(link, name, keys, after), this.#clock, {
      applied: (entry) => {
        log.apply(entry.batch);
        this.#observer.applied(entry.batch);
      },
      missed: () => this.#doubt('more was missed than the log reaches back'),
      contradicted: () => this.#doubt('the log contradicts what is held of it'),
      repaired: () => this.repairs++,
      readFailed: (error) => {
        this.#log.debug({ err: error, namespace: this.namespace }, 'the log could not be read');
        if (!(error instanceof RedisFailure)) this.#doubt('the log holds what cannot be read');
      },
    });
    const isFirst = this.#held === undefined;
    if (!isFirst && this.#held?.log.epoch !== log.epoch) this.epochs++;
    this.#held?.follower.stop('the log was replaced');
    const known = continues === '' ? undefined : continuesSchema.parse(JSON.parse(continues));
    this.#held = { log, head, follower, generation, continues: known };
    if (!isFirst) this.#observer.replaced();
  }

  async #take(
    { epoch }: VerifiedLog,
    batch: Batch,
    { nonce, acceptedAtMs, updates: texts }: BatchTexts,
    answer: AppendAnswer,
  ): Promise<AppendedBatch> {
    if (answer.is === 'moved') throw this.#moved();
    if (answer.is === 'fenced') throw new StoreError('fenced', `another instance holds the lease ${batch.fence?.name}`);
    if (answer.is === 'out_of_order') {
      const { lastId } = answer;
      throw new StoreError('out_of_order', `the ids go on from ${lastId + 1}, not ${batch.numbering?.firstId}`, {
        lastId,
      });
    }
    const { before, id, skipped, lastId } = answer;
    const { seq: from } = logIdOf(before);
    const { producer, checkpoint } = batch;
    const common = { namespace: this.namespace, epoch, producer, from, acceptedAtMs };
    const updates = batch.updates.slice(skipped);
    const to = from + updates.length;
    const numbers = lastId === undefined ? {} : { ids: batch.numbering?.ids.slice(skipped) ?? [], lastId };
    const appended = { ...common, to, updates, ...numbers, ...(checkpoint === undefined ? {} : { checkpoint }) };
    if (id === undefined) return appended;
    const entry = { id: logIdOf(id), head: `${id} ${nonce}`, after: before, batch: appended };
    this.#parts.publish(entryToBus(entry, texts.slice(skipped)));
    if (this.#held?.log.epoch !== epoch)
      throw new StoreError('unavailable', 'a new epoch began meanwhile', { retryInMs: 100 });
    await this.#held.follower.hearOwn(entry);
    return appended;
  }

  async #catchUp(): Promise<void> {
    try {
      await this.pull();
      const isComplete = this.#verified !== undefined && (await this.#current.follower.catchUp()) === 'complete';
      if (isComplete && this.#verified !== undefined) return;
    } catch (error) {
      throw refusalOf(error);
    }
    throw new StoreError('unavailable', this.#failure ?? UNVERIFIED, { retryInMs: VERIFY_RETRY_MS });
  }

  #moved(): StoreError {
    this.#doubt('the epoch has changed');
    return new StoreError('unavailable', UNVERIFIED, { retryInMs: 200 });
  }

  #doubt(reason: string): void {
    if (this.#isStopped || this.#verified === undefined) return;
    this.#log.warn({ namespace: this.namespace, reason }, 'Redis has to be verified anew');
    this.unverify(reason);
    void this.verify();
  }
}

function isSamePlace(a: string, b: string): boolean {
  return a.split(' ')[0] === b.split(' ')[0];
}
