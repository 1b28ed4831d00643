import { Agent, request } from 'node:http';

/** What a batch was answered; undefined when no answer came, whatever became of the batch. */
interface Answer {
  readonly status: number;
  readonly body: { readonly ok: boolean; readonly accepted?: number; readonly lastId?: number; readonly code?: string };
}

const RETRY_MS = 20;
const TICK_MS = 20;
const BATCH_ROWS = 500;
const TOPICS = 10;

/** The update a row carries: it tells its producer and its id, so that whoever sees it knows where it belongs. */
export function rowOf(producer: string, id: number): object {
  const content = `${producer} ${id}`;
  return { id, topic: `tape:${id % TOPICS}`, time: id, fields: { [producer]: id }, log: [content] };
}

/** The topics that rows are pushed to. */
export const TAPES = Array.from({ length: TOPICS }, (_, index) => `tape:${index}`);

/**
 * Pushes numbered rows at a steady rate, as fast as they become due and not as fast as they are taken: what is not
 * answered is sent again with the same ids. It keeps what it was told.
 */
export class Pusher {
  readonly producer: string;
  /** The newest id that was acknowledged. */
  acknowledgedId = 0;
  readonly violations: string[] = [];
  readonly #url: string;
  readonly #token: string;
  readonly #rowsPerSecond: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #isStopping = false;
  /** While nobody answered, nothing became due: else each life would begin with what the one before left. */
  #downMs = 0;
  #ended: Promise<void> = Promise.resolve();

  constructor(url: string, token: string, producer: string, rowsPerSecond: number) {
    this.#url = url;
    this.#token = token;
    this.producer = producer;
    this.#rowsPerSecond = rowsPerSecond;
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Resolves when all that was due is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#ended;
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    const beganMs = performance.now();
    for (;;) {
      const upMs = performance.now() - this.#downMs - beganMs;
      const due = Math.floor((upMs * this.#rowsPerSecond) / 1_000);
      if (due > this.acknowledgedId) await this.#push(Math.min(due, this.acknowledgedId + BATCH_ROWS));
      else if (this.#isStopping) return;
      if (this.#isStopping && this.acknowledgedId >= due) return;
      if (due <= this.acknowledgedId) await wait(TICK_MS);
    }
  }

  async #push(toId: number): Promise<void> {
    const fromId = this.acknowledgedId + 1;
    const rows = Array.from({ length: toId - fromId + 1 }, (_, index) => rowOf(this.producer, fromId + index));
    const body = rows.map((row) => JSON.stringify(row)).join('\n');
    for (;;) {
      const answer = await this.#post(body);
      if (answer?.body.ok === true) {
        // More than was sent cannot be stored, and less would be a loss.
        if (answer.body.lastId !== toId)
          this.violations.push(`${this.producer}: told ${answer.body.lastId} after ${toId}`);
        this.acknowledgedId = toId;
        return;
      }
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
        this.violations.push(`${this.producer}: ${fromId} to ${toId} refused: ${JSON.stringify(answer)}`);
        this.#isStopping = true;
        this.acknowledgedId = Infinity;
        return;
      }
      const askedAtMs = performance.now();
      await wait(RETRY_MS);
      this.#downMs += performance.now() - askedAtMs;
    }
  }

  #post(body: string): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const headers = { Authorization: `Bearer ${this.#token}`, 'X-Producer': this.producer };
      const url = `${this.#url}/api/updates?namespace=markets`;
      const sent = request(url, { method: 'POST', headers, agent: this.#agent, timeout: 10_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('error', () => resolve(undefined));
        response.on('close', () => {
          if (!response.complete) return resolve(undefined);
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] });
        });
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve(undefined));
      sent.end(body);
    });
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
