// Pushes updates to a Bigboard over HTTP, each stored exactly once, whatever happens on the way. It needs nothing but
// Node 20, so this one file may be copied into a project of yours. docs/your-own-feed.md shows its use.
import { setTimeout as wait } from 'node:timers/promises';

const BATCH_ROWS = 1_000;
const BATCH_BYTES = 256 * 1_024;
/** What may wait here; above it `push` takes its time, so that a fast source waits for a slow board. */
const QUEUE_BYTES = 4 * BATCH_BYTES;
/** For `"id":` and the number, and the end of the line. */
const ID_BYTES = 24;
/** A board calls a feed stalled that has said nothing for 15 s. */
const SIGN_OF_LIFE_MS = 4_000;
const ANSWER_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

/**
 * @typedef {{ topic: string, time: number, fields?: object, log?: readonly unknown[], reset?: true }} Update see PROTOCOL.md
 * @typedef {{ code: string, message: string, update: Update }} Rejected an update that the board does not take
 * @typedef {{ ok: boolean, code: string, message: string, lastId: number, duplicates: number,
 *   rejected: { index: number, code: string, message: string }[] }} Answer
 * @typedef {object} ProducerOptions
 * @property {string} url of the board, such as http://127.0.0.1:3000
 * @property {string} token from `npm run token`
 * @property {'markets' | 'sports'} namespace
 * @property {string} producer a name for this program, the same after each start: the board counts by it
 * @property {(rejected: Rejected) => void} [onRejected] told of each update not taken; it will not be sent again. Not told
 *   of one for which its topic, or the namespace, had no room, when the answer was lost: sent again, it counts as stored
 * @property {(reason: string) => void} [onRetry] told when a batch has to be sent again, for a log
 */

/** The board refuses for good, as with a wrong token: nothing more is sent. What was waiting has not been stored. */
export class ProducerError extends Error {}

export class Producer {
  /** The newest id the board has stored or rejected, 0 if none: a source that can be read again goes on from there. */
  lastId = 0;
  /** @type {ProducerOptions} */
  #options;
  /** @type {{ update: Update, json: string, bytes: number }[]} what waits, oldest first; ids are given on sending */
  #queue = [];
  #queueBytes = 0;
  /** @type {(() => void)[]} */
  #wakeWaiting = [];
  #isSending = false;
  #isClosed = false;
  /** @type {Error | undefined} */
  #failure;
  /** @type {NodeJS.Timeout | undefined} */
  #signsOfLife;
  #givingUp = new AbortController();

  /** @param {ProducerOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Asks the board how far it is. It keeps trying while the board is away.
   * @param {ProducerOptions} options
   */
  static async open(options) {
    const producer = new Producer(options);
    producer.lastId = (await producer.#deliver([])).lastId;
    producer.#signsOfLife = setInterval(() => producer.#send(true), SIGN_OF_LIFE_MS);
    return producer;
  }

  /**
   * Takes an update to be sent. Resolves when there is room for the next, not yet when it is stored.
   * @param {Update} update
   */
  async push(update) {
    if (this.#isClosed) throw new ProducerError('the producer is closed');
    const json = JSON.stringify(update);
    const bytes = Buffer.byteLength(json) + ID_BYTES;
    if (bytes > BATCH_BYTES) throw new RangeError(`an update of ${bytes} bytes: at most ${BATCH_BYTES}`);
    if (this.#failure) throw this.#failure;
    this.#queue.push({ update, json, bytes });
    this.#queueBytes += bytes;
    this.#send();
    await this.#until(() => this.#queueBytes < QUEUE_BYTES);
  }

  /** Resolves when all that was pushed is stored, or rejected. */
  async flushed() {
    await this.#until(() => this.#queue.length === 0);
  }

  /** Sends what waits, then no more. */
  async close() {
    this.#isClosed = true;
    clearInterval(this.#signsOfLife);
    await this.flushed();
  }

  /**
   * Ends it at once and sends nothing more; of what waits, some may have been stored. For when the program fails: the signs
   * of life would keep it running, and the board would go on showing its feed as alive.
   */
  giveUp() {
    this.#isClosed = true;
    this.#fail(new ProducerError('the producer has given up'));
    this.#givingUp.abort();
  }

  /** Why nothing more will be sent; undefined while all is well. */
  get failure() {
    return this.#failure;
  }

  /** @param {Error} failure */
  #fail(failure) {
    this.#failure ??= failure;
    clearInterval(this.#signsOfLife);
    this.#wake();
  }

  /** @param {() => boolean} isTrue */
  async #until(isTrue) {
    while (!isTrue()) {
      if (this.#failure) throw this.#failure;
      await new Promise((/** @type {(value?: unknown) => void} */ wake) => this.#wakeWaiting.push(wake));
    }
  }

  /** One batch is under way at a time: the next would leave a gap if this one were lost. */
  #send(evenIfEmpty = false) {
    if (this.#isSending || this.#failure || (this.#queue.length === 0 && !evenIfEmpty)) return;
    this.#isSending = true;
    // A moment later, so that what is pushed in one go goes in one batch.
    setImmediate(() => void this.#sendAll());
  }

  async #sendAll() {
    try {
      do await this.#sendBatch();
      while (this.#queue.length > 0 && !this.#failure);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.#isSending = false;
    this.#wake();
  }

  async #sendBatch() {
    const batch = [];
    let bytes = 0;
    for (const row of this.#queue) {
      bytes += row.bytes;
      if (batch.length === BATCH_ROWS || bytes > BATCH_BYTES) break;
      batch.push(row);
    }
    const answer = await this.#deliver(batch);
    this.lastId = answer.lastId;
    this.#queue.splice(0, batch.length);
    for (const row of batch) this.#queueBytes -= row.bytes;
    for (const { index, code, message } of answer.rejected) {
      const row = batch[index];
      if (row) this.#options.onRejected?.({ code, message, update: row.update });
    }
    this.#wake();
  }

  #wake() {
    for (const wake of this.#wakeWaiting.splice(0)) wake();
  }

  /**
   * Sends a batch until the board has answered it. Its ids stay the same, so that one that did arrive is not doubled.
   * @param {{ json: string }[]} batch
   * @returns {Promise<Answer>}
   */
  async #deliver(batch) {
    for (let attempt = 0; ; attempt++) {
      const first = this.lastId + 1;
      const body = batch.map(({ json }, index) => `${json.slice(0, -1)},"id":${first + index}}\n`).join('');
      this.#givingUp.signal.throwIfAborted();
      const { answer, isRetryable, retryAfterMs, reason } = await this.#post(body);
      this.#givingUp.signal.throwIfAborted();
      if (answer?.ok) {
        // Nobody else may count under this name: what they stored would make ours look like it had been stored.
        if (attempt === 0 && answer.duplicates > 0) throw new ProducerError('another program pushes as this producer');
        return answer;
      }
      if (answer?.code === 'out_of_order') {
        // The board has less than it told before, as after a loss of its data: go on from what it has.
        this.lastId = answer.lastId;
      } else if (!isRetryable) throw new ProducerError(reason);
      this.#options.onRetry?.(reason);
      const backoffMs =
        Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
      await wait(retryAfterMs || backoffMs, undefined, { signal: this.#givingUp.signal });
    }
  }

  /** @param {string} body */
  async #post(body) {
    const { url, token, namespace, producer } = this.#options;
    // Not `AbortSignal.any`: the signal that lasts would keep each that has been joined to it.
    const cutting = new AbortController();
    const cut = () => cutting.abort(new Error(`nothing within ${ANSWER_MS / 1_000} s`));
    const timer = setTimeout(cut, ANSWER_MS);
    this.#givingUp.signal.addEventListener('abort', cut);
    try {
      const response = await fetch(`${url}/api/updates?namespace=${namespace}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'X-Producer': producer, 'Content-Type': 'application/x-ndjson' },
        body,
        signal: cutting.signal,
      });
      const answer = /** @type {Answer} */ (await response.json());
      const isRetryable = response.status === 408 || response.status === 429 || response.status >= 500;
      const retryAfterMs = Number(response.headers.get('Retry-After') ?? 0) * 1_000;
      return { answer, isRetryable, retryAfterMs, reason: `${answer.code}: ${answer.message}` };
    } catch (error) {
      // Not reached, cut off, or no board's answer: it may have stored the batch or not.
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { answer: undefined, isRetryable: true, retryAfterMs: 0, reason: `no answer: ${String(cause)}` };
    } finally {
      clearTimeout(timer);
      this.#givingUp.signal.removeEventListener('abort', cut);
    }
  }
}
