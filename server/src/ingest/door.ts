import { ERROR_CODES, RequestError } from '@bigboard/shared/errors';
import { LIMITS } from '@bigboard/shared/limits';
import { reachesNamespace } from '@bigboard/shared/producer-token';
import type { PublishAck, RejectedRow } from '@bigboard/shared/publish';
import { isViewerNamespace, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Logger } from '../logger.ts';
import type { Grant } from '../security/producer-tokens.ts';
import { TokenBucket } from '../security/token-bucket.ts';
import { pushedProducer } from '../store/producer-name.ts';
import { StoreError, type AppendedBatch, type Batch, type Store } from '../store/store.ts';
import { DocumentLimits } from './document-limits.ts';
import { judgeRow } from './judge-row.ts';
import { firstIdOf } from './number-rows.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { ProducerNames } from './producer-names.ts';
import { PushedFeeds } from './pushed-feeds.ts';
import { idOf, isFlaw, type RawRow } from './row.ts';

const FULL_RETRY_MS = 1_000;
const STORE_RETRY_MS = 2_000;
const DRAIN_RETRY_MS = 2_000;
/** Some messages quote a name that came with the row. */
const MESSAGE_MAX_LENGTH = 300;

/** A batch, whichever way it came; nothing of it has been checked but that the producer's name is one. */
export interface PublishedBatch {
  readonly namespace: unknown;
  readonly producer: string | undefined;
  readonly rows: readonly RawRow[];
}

export interface DoorParts {
  readonly boards: ReadonlyMap<ViewerNamespace, Board>;
  readonly store: Store;
  /** Kinds of topics besides the known ones; `*` is any. */
  readonly extraKinds: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** The name this process is known by. */
  readonly instance: string;
}

/** The rows of a batch that may be stored, and a verdict for each other one. */
interface Judged {
  readonly good: readonly Update[];
  /** Of the good ones; empty without a producer. */
  readonly ids: readonly number[];
  /** Those of the good ones that are counted into their documents until they are stored. */
  readonly admitted: readonly Update[];
  readonly rejected: readonly RejectedRow[];
}

/** Where updates are pushed in. What reaches the log through it is exactly what it answers for. */
export class Door {
  readonly #boards: ReadonlyMap<ViewerNamespace, Board>;
  readonly #store: Store;
  readonly #extraKinds: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits = new Map<ViewerNamespace, DocumentLimits>();
  readonly #rates = new Map<string, TokenBucket>();
  readonly #inTurn = new OneAtATime();
  readonly #names: ProducerNames;
  readonly #feeds: PushedFeeds;
  readonly #waiting = new Set<Promise<unknown>>();
  #waitingBytes = 0;
  readonly #waitingBytesOf = new Map<string, number>();
  #isClosed = false;

  constructor({ boards, store, extraKinds, clock, log, instance }: DoorParts) {
    this.#boards = boards;
    this.#store = store;
    this.#extraKinds = new Set(extraKinds);
    this.#clock = clock;
    this.#log = log;
    this.#names = new ProducerNames(store);
    this.#feeds = new PushedFeeds(store, clock, instance);
    for (const [namespace, board] of boards) {
      const limits = new DocumentLimits(board.hub.documents);
      this.#limits.set(namespace, limits);
      board.onApplied(({ updates }) => limits.heard(updates));
      board.onReplaced(() => limits.startOver());
    }
  }

  /**
   * Makes room for a batch, before it is read where that is possible.
   * @returns to be called once when the batch has been answered
   * @throws RequestError `rate_limited`, `too_large`, `unavailable` or `draining`
   */
  admit({ name }: Grant, bytes: number): () => void {
    if (this.#isClosed) throw new RequestError('draining', 'this instance stops', DRAIN_RETRY_MS);
    const nowMs = this.#clock.monotonicMs();
    const rate = this.#rates.get(name) ?? new TokenBucket(LIMITS.producerBurst, LIMITS.producerBatchesPerSecond, nowMs);
    this.#rates.set(name, rate);
    if (!rate.take(nowMs)) throw new RequestError('rate_limited', 'too many batches', rate.retryInMs());
    if (bytes > LIMITS.batchBytes) {
      throw new RequestError('too_large', `a batch of ${bytes} bytes, at most ${LIMITS.batchBytes}`);
    }
    if ((this.#waitingBytesOf.get(name) ?? 0) + bytes > LIMITS.waitingBytesOfToken) {
      throw new RequestError('rate_limited', 'too much of this token waits to be stored', FULL_RETRY_MS);
    }
    if (this.#waitingBytes + bytes > LIMITS.waitingBytes) {
      throw new RequestError('unavailable', 'too much waits to be stored', FULL_RETRY_MS);
    }
    this.#wait(name, bytes);
    return () => this.#wait(name, -bytes);
  }

  /** @throws RequestError when the batch is refused whole: then nothing of it is stored and no id is used up */
  async publish(grant: Grant, { namespace, producer, rows }: PublishedBatch): Promise<PublishAck> {
    if (!isViewerNamespace(namespace)) {
      throw new RequestError('unknown_namespace', `namespace: one of ${[...this.#boards.keys()].join(', ')}`);
    }
    if (!reachesNamespace(grant.topics, namespace)) {
      throw new RequestError('forbidden', `${namespace}: the token is for ${grant.topics.join(', ').slice(0, 200)}`);
    }
    if (rows.length > LIMITS.batchRows) {
      throw new RequestError('too_large', `more than ${LIMITS.batchRows} rows in a batch`);
    }
    const published =
      producer === undefined
        ? this.#publishUncounted(grant, namespace, rows)
        : this.#inTurn.run(`${namespace}/${pushedProducer(grant.name, producer)}`, () =>
            this.#publishCounted(grant, namespace, producer, rows),
          );
    this.#waiting.add(published);
    try {
      return await published;
    } catch (error) {
      throw error instanceof StoreError ? refusalOf(error) : error;
    } finally {
      this.#waiting.delete(published);
    }
  }

  /** Takes nothing more. Resolves when all that was taken has been answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#waiting);
  }

  #wait(token: string, bytes: number): void {
    this.#waitingBytes += bytes;
    const ofToken = (this.#waitingBytesOf.get(token) ?? 0) + bytes;
    if (ofToken === 0) this.#waitingBytesOf.delete(token);
    else this.#waitingBytesOf.set(token, ofToken);
  }

  async #publishUncounted(grant: Grant, namespace: ViewerNamespace, rows: readonly RawRow[]): Promise<PublishAck> {
    const judged = this.#judge(grant, namespace, rows);
    const { good, rejected } = judged;
    if (good.length > 0) {
      await this.#append(namespace, { producer: pushedProducer(grant.name), updates: good }, judged);
    }
    await this.#heard(grant, namespace, good.at(-1)?.time);
    return { ok: true, accepted: good.length, duplicates: 0, rejected };
  }

  async #publishCounted(
    grant: Grant,
    namespace: ViewerNamespace,
    producer: string,
    rows: readonly RawRow[],
  ): Promise<PublishAck> {
    const name = pushedProducer(grant.name, producer);
    const stored = await this.#store.producer(namespace, name);
    const firstId = firstIdOf(rows.map(idOf), stored.lastId);
    const lastIdOfBatch = firstId + rows.length - 1;
    const hasNews = lastIdOfBatch > stored.lastId;
    if (hasNews && stored.lastId === 0) await this.#names.enter(namespace, grant.name, producer);
    // From here to the append nothing may come between: documents are reckoned in the order in which they are stored.
    const judged = this.#judge(grant, namespace, rows, { firstId, lastId: stored.lastId });
    const { good, ids, rejected } = judged;
    if (!hasNews) {
      await this.#heard(grant, namespace);
      return { ok: true, accepted: 0, duplicates: good.length, rejected, lastId: stored.lastId };
    }
    const numbering = { firstId, lastId: lastIdOfBatch, ids };
    const { updates, lastId } = await this.#append(namespace, { producer: name, updates: good, numbering }, judged);
    await this.#heard(grant, namespace, updates.at(-1)?.time);
    const accepted = updates.length;
    return { ok: true, accepted, duplicates: good.length - accepted, rejected, lastId };
  }

  /** @param numbers of the rows of a producer. Those up to its `lastId` are in their documents already */
  #judge(
    { topics }: Grant,
    namespace: ViewerNamespace,
    rows: readonly RawRow[],
    numbers?: { readonly firstId: number; readonly lastId: number },
  ): Judged {
    const limits = this.#limits.get(namespace) as DocumentLimits;
    const rules = { namespace, scopes: topics, extraKinds: this.#extraKinds, isCounted: numbers !== undefined };
    const good: Update[] = [];
    const ids: number[] = [];
    const admitted: Update[] = [];
    const rejected: RejectedRow[] = [];
    rows.forEach((row, index) => {
      const id = numbers === undefined ? undefined : numbers.firstId + index;
      const isNew = numbers === undefined || numbers.firstId + index > numbers.lastId;
      let judged = judgeRow(row, rules);
      if (isNew && !isFlaw(judged)) judged = limits.admit(judged) ?? judged;
      if (isFlaw(judged)) {
        const { code, message } = judged;
        const ofId = id === undefined ? {} : { id };
        rejected.push({ index, ...ofId, code, message: message.slice(0, MESSAGE_MAX_LENGTH) });
        return;
      }
      good.push(judged);
      if (id !== undefined) ids.push(id);
      if (isNew) admitted.push(judged);
    });
    return { good, ids, admitted, rejected };
  }

  async #append(namespace: ViewerNamespace, batch: Batch, { admitted }: Judged): Promise<AppendedBatch> {
    const limits = this.#limits.get(namespace) as DocumentLimits;
    try {
      const appended = await this.#store.append(namespace, batch);
      limits.stored(admitted);
      return appended;
    } catch (error) {
      limits.dropped(admitted);
      throw error;
    }
  }

  /** What was stored is answered for, whether or not viewers can be told of the feed at this moment. */
  async #heard(grant: Grant, namespace: ViewerNamespace, lastEventTime?: number): Promise<void> {
    const feed = this.#boards.get(namespace)?.hub.documents.get(`feed:${grant.name}`);
    const storedEventTime = () => feed?.value('lastEventTime') as number | undefined;
    try {
      await this.#feeds.heard(namespace, grant, lastEventTime, storedEventTime);
    } catch (error) {
      this.#log.warn({ err: error, feed: grant.name }, 'the state of a pushed feed could not be stored');
    }
  }
}

function refusalOf({ code: ofStore, message, retryInMs, lastId }: StoreError): RequestError {
  const code = ofStore === 'fenced' ? 'unavailable' : ofStore;
  const isServers = ERROR_CODES[code].fault === 'server';
  return new RequestError(code, message, retryInMs ?? (isServers ? STORE_RETRY_MS : undefined), lastId);
}
