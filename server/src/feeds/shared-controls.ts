import { ERROR_CODES, RequestError, type ErrorCode } from '@bigboard/shared/errors';
import { controlSchema, feedStandingSchema, type ControlRequest, type FeedStanding } from '@bigboard/shared/operations';
import { z } from 'zod';
import type { Cancel, Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Bus } from '../store/bus.ts';
import type { Leases } from '../store/leases.ts';
import type { Commands } from './commands.ts';
import type { FeedControls } from './controls.ts';
import { feedLease } from './led-feed.ts';

const CHANNEL = 'commands';
/** An instance that has not answered by then is away, or leads no more. */
const ANSWER_MS = 3_000;
/** A list does without those that are slow. */
const LIST_MS = 1_000;
const RETRY_MS = 1_000;

const refusalSchema = z.object({
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(ERROR_CODES, code)),
  message: z.string(),
  retryInMs: z.number().optional(),
});

const messageSchema = z.union([
  z.strictObject({ ask: z.string(), feeds: z.literal(true) }),
  z.strictObject({ ask: z.string(), control: controlSchema }),
  z.strictObject({ answer: z.string(), feeds: z.array(feedStandingSchema) }),
  z.strictObject({ answer: z.string(), done: z.literal(true) }),
  z.strictObject({ answer: z.string(), refusal: refusalSchema }),
]);
type Message = z.infer<typeof messageSchema>;
type Answer = Extract<Message, { readonly answer: string }>;

/**
 * The feeds of all instances: what is led here is done here, for the rest whoever leads it is asked over the bus. A command
 * that is not answered in time may have been carried out all the same; done twice, it does no harm.
 */
export class SharedControls implements Commands {
  readonly #own: FeedControls;
  readonly #leases: Leases;
  readonly #bus: Bus;
  readonly #process: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #asked = new Map<string, (answer: Answer) => void>();
  #count = 0;
  readonly #endListening: Cancel;

  /** @param process no other process has this name, nor had it before */
  constructor(own: FeedControls, leases: Leases, bus: Bus, process: string, clock: Clock, log: Logger) {
    this.#own = own;
    this.#leases = leases;
    this.#bus = bus;
    this.#process = process;
    this.#clock = clock;
    this.#log = log;
    this.#endListening = bus.onMessage((channel, text) => {
      if (channel === CHANNEL) this.#hear(text);
    });
  }

  stop(): void {
    this.#endListening();
  }

  async list(): Promise<readonly FeedStanding[]> {
    const standings = new Map((await this.#own.list()).map((standing) => [standing.feed, standing]));
    const isComplete = () => this.#own.feeds.every(({ name }) => standings.has(name));
    if (!isComplete()) {
      await this.#ask({ feeds: true }, LIST_MS, (answer) => {
        if ('feeds' in answer) for (const each of answer.feeds) standings.set(each.feed, each);
        return isComplete();
      });
    }
    const holders = this.#leases.holders();
    for (const { name, feed } of this.#own.feeds) {
      if (standings.has(name)) continue;
      const leader = holders.get(feedLease(name));
      const reason = leader === undefined ? 'no instance leads it now' : 'the instance that leads it does not answer';
      const known = leader === undefined ? { reason } : { reason, leader };
      const { title, speed } = feed;
      standings.set(name, { feed: name, title, state: 'stalled', ...known, speed, actions: [] });
    }
    return [...standings.values()];
  }

  async control(request: ControlRequest): Promise<void> {
    const { feed } = request;
    const isElsewhere = this.#own.feeds.some(({ name, runner }) => name === feed && runner === undefined);
    if (!isElsewhere) return this.#own.control(request);
    let answer: Answer | undefined;
    await this.#ask({ control: request }, ANSWER_MS, (heard) => {
      answer = heard;
      return true;
    });
    if (answer === undefined) {
      const message = `${feed}: no instance that leads it has answered; it may be in force all the same`;
      throw new RequestError('unavailable', message, RETRY_MS);
    }
    if (!('refusal' in answer)) return;
    const { code, message, retryInMs } = answer.refusal;
    // It is not this instance that stops.
    throw new RequestError(code === 'draining' ? 'unavailable' : code, message, retryInMs);
  }

  /** @param hear is called with each answer until it says that it was the last; resolves then, or in time */
  async #ask(
    question: { readonly feeds: true } | { readonly control: ControlRequest },
    deadlineMs: number,
    hear: (answer: Answer) => boolean,
  ): Promise<void> {
    const id = `${this.#process}:${++this.#count}`;
    await new Promise<void>((done) => {
      const cancel = this.#clock.after(deadlineMs, done);
      this.#asked.set(id, (answer) => {
        if (!hear(answer)) return;
        cancel();
        done();
      });
      this.#publish({ ask: id, ...question });
    });
    this.#asked.delete(id);
  }

  #hear(text: string): void {
    const message = parse(text);
    if (message === undefined) return this.#log.warn('another instance asked what this one does not understand');
    if ('answer' in message) this.#asked.get(message.answer)?.(message);
    else if ('feeds' in message) void this.#answerList(message.ask);
    else void this.#answerControl(message.ask, message.control);
  }

  async #answerList(ask: string): Promise<void> {
    this.#publish({ answer: ask, feeds: [...(await this.#own.list())] as z.infer<typeof feedStandingSchema>[] });
  }

  async #answerControl(ask: string, request: ControlRequest): Promise<void> {
    if (!this.#own.feeds.some(({ name, runner }) => name === request.feed && runner !== undefined)) return;
    try {
      const stored = this.#own.control(request);
      this.#log.info({ ...request }, 'an operator of another instance commands a feed');
      await stored;
      this.#publish({ answer: ask, done: true });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message, retryInMs } = error;
      const refusal = { code, message, ...(retryInMs === undefined ? {} : { retryInMs }) };
      this.#publish({ answer: ask, refusal });
    }
  }

  #publish(message: Message): void {
    this.#bus.publish(CHANNEL, JSON.stringify(message));
  }
}

function parse(text: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
