import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { z } from 'zod';
import type { Feed, TimedUpdate } from '../feed.ts';
import { marketDay, SESSION_MINUTES } from './calendar.ts';
import { listIndices } from './index-basket.ts';
import { DEFAULT_SYMBOLS, listStocks, SECTORS } from './instruments.ts';
import { LiveMarket, type Moment, type Universe } from './live-market.ts';
import { openingUpdates } from './opening.ts';
import { Random } from './random.ts';
import { restoreLive, savedMarketSchemaOf, saveMarket } from './saved-market.ts';
import { startMarket, WARM_UP_MINUTES, type StartedMarket } from './start.ts';

export interface MarketSimulatorOptions {
  /** A safe integer; the same one gives the same market. */
  readonly seed: number;
  /** How many stocks, 1 to 350, indices not counted. Default 48; more than that are made up from syllables. */
  readonly symbols?: number;
  /** Minutes of the session that have passed at the start, 5 to 389. Default 210: it is 13:00. */
  readonly startMinute?: number;
}

const DEFAULT_START_MINUTE = 210;
const START_MINUTE_MIN = WARM_UP_MINUTES + 1;
/** The start is half a minute later, so that the newest candles are forming. */
const START_SECONDS = 30;
/** The first session lies in the second week of 2026, on a weekday the seed chooses. */
const FIRST_SESSION = 5;
const SESSIONS_A_WEEK = 5;

/** A market as it runs, from which the next updates come. */
interface Running {
  readonly random: Random;
  readonly live: LiveMarket;
  moment: Moment;
  /** How many of the moment's updates have been handed out. */
  taken: number;
}

/**
 * An invented stock market, made from a seed alone. It opens in mid-session with its past behind it; nights and weekends
 * are skipped, so that the next session opens 24 s after a close. `update.time` is the market's calendar, which jumps
 * over a night; the due time is a clock that runs on through it.
 *
 * Its past takes a second to make, so it is made when it is first asked for: a restored market needs none.
 */
export class MarketSimulator implements Feed {
  readonly name = 'market';
  readonly title = 'Simulated market';
  readonly namespaces = ['markets'] as const;
  readonly source = 'simulated';
  readonly speed = 1;
  readonly hasEnd = false;
  readonly startTimeMs: number;
  readonly #seed: number;
  readonly #startMinute: number;
  readonly #dayNumber: number;
  readonly #universe: Universe;
  #running: Running | undefined;

  constructor({ seed, symbols = DEFAULT_SYMBOLS, startMinute = DEFAULT_START_MINUTE }: MarketSimulatorOptions) {
    checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    checkWhole('startMinute', startMinute, START_MINUTE_MIN, SESSION_MINUTES - 1);
    const stocks = listStocks(symbols);
    this.#seed = seed;
    this.#startMinute = startMinute;
    this.#dayNumber = FIRST_SESSION + (((seed % SESSIONS_A_WEEK) + SESSIONS_A_WEEK) % SESSIONS_A_WEEK);
    this.#universe = { stocks, indices: listIndices(stocks) };
    this.startTimeMs = marketDay(this.#dayNumber).openTimeMs + (startMinute * 60 + START_SECONDS) * 1_000;
  }

  /** Nothing once it runs: its past is some megabytes that are not kept. */
  *opening(): Iterable<NamespacedUpdate> {
    if (this.#running !== undefined) return;
    for (const update of openingUpdates(this.startTimeMs, this.#universe, this.#start())) {
      yield { namespace: 'markets', update };
    }
  }

  nextDueMs(): number {
    return this.#nextMoment().moment.dueTimeMs;
  }

  next(): TimedUpdate {
    const running = this.#nextMoment();
    const { updates, dueTimeMs } = running.moment;
    return { namespace: 'markets', update: updates[running.taken++]!, dueTimeMs };
  }

  state(): Json {
    const identity = this.#identity();
    if (this.#running === undefined) return { ...identity, running: null };
    const { random, live, moment, taken } = this.#running;
    const pending = { dueTimeMs: moment.dueTimeMs, updates: moment.updates.slice(taken) };
    return { ...identity, running: saveMarket(random, live.state, pending) as unknown as Json };
  }

  restore(state: Json): boolean {
    const { version, seed, symbols, startMinute } = this.#identity();
    const schema = z.strictObject({
      version: z.literal(version),
      seed: z.literal(seed),
      symbols: z.literal(symbols),
      startMinute: z.literal(startMinute),
      running: savedMarketSchemaOf(symbols, this.#universe.indices.length, SECTORS.length).nullable(),
    });
    const parsed = schema.safeParse(state);
    if (!parsed.success) return false;
    const saved = parsed.data.running;
    if (saved === null) {
      this.#running = undefined;
    } else {
      const random = new Random(saved.random);
      const live = new LiveMarket(random, this.#universe, restoreLive(saved));
      this.#running = { random, live, moment: saved.pending, taken: 0 };
    }
    return true;
  }

  /** All that decides what comes out. */
  #identity() {
    const { length: symbols } = this.#universe.stocks;
    return { version: 1, seed: this.#seed, symbols, startMinute: this.#startMinute };
  }

  #start(): StartedMarket {
    const random = Random.fromSeed(this.#seed);
    const started = startMarket(random, this.#universe, this.#dayNumber, this.#startMinute, this.startTimeMs);
    this.#running = { random, live: started.live, moment: { dueTimeMs: this.startTimeMs, updates: [] }, taken: 0 };
    return started;
  }

  /** Plays on until there is something to tell. */
  #nextMoment(): Running {
    if (this.#running === undefined) this.#start();
    const running = this.#running!;
    while (running.taken === running.moment.updates.length) {
      running.moment = running.live.playNext();
      running.taken = 0;
    }
    return running;
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  }
}
