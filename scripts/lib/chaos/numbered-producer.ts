import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { monotonicMs, type HistoryRecord } from './history.ts';
import { updateOf, type RowPlan } from './rows.ts';
import type { ReaderTarget } from './reader-client.ts';

interface Answer {
  readonly ok: boolean;
  readonly lastId?: number;
  readonly code?: string;
  readonly message?: string;
}

export interface NumberedProducerOptions {
  readonly plan: RowPlan;
  readonly producer: string;
  readonly token: string;
  readonly rowsPerSecond: number;
  readonly targets: readonly ReaderTarget[];
  readonly random: Random;
  readonly beganMs: number;
  readonly write: (record: HistoryRecord) => void;
}

const TICK_MS = 20;
const RETRY_MS = 200;
const ANSWER_MS = 3_000;
const BATCH_ROWS = 200;

/**
 * Pushes numbered rows as they become due and writes down what it was told. What was not answered is sent again with the
 * same ids, to another instance.
 */
export class NumberedProducer {
  /** The newest id that was acknowledged. */
  ackedId = 0;
  readonly #options: NumberedProducerOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #giveUp = new AbortController();
  #sentId = 0;
  /** From where on the board wants rows: below `ackedId` after it has lost some. */
  #nextId = 1;
  #target: ReaderTarget;
  #isStopping = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: NumberedProducerOptions) {
    this.#options = options;
    this.#target = options.random.pick(options.targets);
  }

  start(): void {
    this.#ended = this.#run();
  }

  /** Resolves when all that was due is acknowledged, or it has taken so long that it is given up. @returns whether all was */
  async stop(withinMs: number): Promise<boolean> {
    this.#isStopping = true;
    const timer = setTimeout(() => this.#giveUp.abort(), withinMs);
    await this.#ended;
    clearTimeout(timer);
    this.#agent.destroy();
    return !this.#giveUp.signal.aborted;
  }

  async #run(): Promise<void> {
    const { rowsPerSecond } = this.#options;
    const beganMs = monotonicMs();
    let due = 0;
    while (!this.#giveUp.signal.aborted) {
      // While nobody takes anything not more becomes due than a little: the outage is not to end in a flood.
      if (!this.#isStopping)
        due = Math.min(Math.floor(((monotonicMs() - beganMs) * rowsPerSecond) / 1_000), this.ackedId + BATCH_ROWS);
      if (this.#nextId <= due) await this.#push(Math.min(due, this.#nextId + BATCH_ROWS - 1));
      else if (this.#isStopping) return;
      else await wait(TICK_MS);
    }
  }

  async #push(to: number): Promise<void> {
    const { plan, producer, write } = this.#options;
    const from = this.#nextId;
    const rows: string[] = [];
    for (let id = from; id <= to; id++) rows.push(JSON.stringify({ ...updateOf(plan, producer, id, id), id }));
    if (to > this.#sentId) {
      write({ k: 'sent', t: this.#t(), producer, from: this.#sentId + 1, to, at: this.#target.instance });
      this.#sentId = to;
    }
    const at = this.#target.instance;
    const answer = await this.#post(rows.join('\n'));
    if (answer?.ok === true) {
      if (answer.lastId !== undefined && answer.lastId < to) throw new Error(`told ${answer.lastId} after ${to}`);
      this.#nextId = to + 1;
      if (to <= this.ackedId) return;
      this.ackedId = to;
      write({ k: 'acked', t: this.#t(), producer, to, at });
      // Now and then to another instance, so that all have their part.
      if (this.#options.random.chance(0.02)) this.#turn();
      return;
    }
    write({ k: 'refused', t: this.#t(), producer, code: answer?.code ?? 'no answer', at });
    if (answer?.code === 'out_of_order' && answer.lastId !== undefined) {
      if (answer.lastId < this.ackedId) {
        write({ k: 'asked-again', t: this.#t(), producer, from: answer.lastId + 1, to: this.ackedId });
      }
      this.#nextId = answer.lastId + 1;
    } else this.#turn();
    await wait(RETRY_MS);
  }

  #turn(): void {
    this.#target = this.#options.random.pick(this.#options.targets);
  }

  #t(): number {
    return Math.round((monotonicMs() - this.#options.beganMs) * 10) / 10;
  }

  /** @returns undefined when there was no answer, whatever became of the batch */
  #post(body: string): Promise<Answer | undefined> {
    const { producer, token } = this.#options;
    return new Promise((resolve) => {
      const headers = { Authorization: `Bearer ${token}`, 'X-Producer': producer };
      const url = `${this.#target.url}/api/updates?namespace=markets`;
      const sent = request(
        url,
        { method: 'POST', headers, agent: this.#agent, signal: this.#giveUp.signal },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          response.on('error', () => resolve(undefined));
          response.on('close', () => resolve(response.complete ? readAnswer(text) : undefined));
        },
      );
      const timer = setTimeout(() => sent.destroy(), ANSWER_MS);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', () => resolve(undefined));
      sent.end(body);
    });
  }
}

function readAnswer(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}
