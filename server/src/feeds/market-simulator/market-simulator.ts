import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { Feed, TimedUpdate } from '../feed.ts';
import { marketDay, SESSION_MINUTES } from './calendar.ts';
import { listIndices } from './index-basket.ts';
import { DEFAULT_SYMBOLS, listStocks } from './instruments.ts';
import { LiveMarket, type Moment, type Universe } from './live-market.ts';
import { openingUpdates } from './opening.ts';
import { Random } from './random.ts';
import { restoreLive, saveMarket, type SavedMarket } from './saved-market.ts';
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

/**
 * An invented stock market, made from a seed alone. It opens in mid-session with its past behind it; nights and weekends
 * are skipped, so that the next session opens 24 s after a close. `update.time` is the market's calendar, which jumps
 * over a night; the due time is a clock that runs on through it.
 */
export class MarketSimulator implements Feed {
  readonly name = 'market';
  readonly title = 'Simulated market';
  readonly source = 'simulated';
  readonly speed = 1;
  readonly startTimeMs: number;
  readonly #seed: number;
  readonly #random: Random;
  readonly #universe: Universe;
  readonly #live: LiveMarket;
  #moment: Moment;
  /** How many of the moment's updates have been handed out. */
  #taken = 0;
  #started: StartedMarket | undefined;

  /** With `saved`, which needs the options it was made with, it goes on from there and has no opening. */
  constructor(options: MarketSimulatorOptions, saved?: SavedMarket) {
    const { seed, symbols = DEFAULT_SYMBOLS, startMinute = DEFAULT_START_MINUTE } = options;
    checkWhole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    checkWhole('startMinute', startMinute, START_MINUTE_MIN, SESSION_MINUTES - 1);
    const stocks = listStocks(symbols);
    const dayNumber = FIRST_SESSION + (((seed % SESSIONS_A_WEEK) + SESSIONS_A_WEEK) % SESSIONS_A_WEEK);
    this.#seed = seed;
    this.#universe = { stocks, indices: listIndices(stocks) };
    this.startTimeMs = marketDay(dayNumber).openTimeMs + (startMinute * 60 + START_SECONDS) * 1_000;
    if (saved === undefined) {
      this.#random = Random.fromSeed(seed);
      this.#started = startMarket(this.#random, this.#universe, dayNumber, startMinute, this.startTimeMs);
      this.#live = this.#started.live;
      this.#moment = { dueTimeMs: this.startTimeMs, updates: [] };
    } else {
      this.#random = new Random(saved.random);
      this.#live = new LiveMarket(this.#random, this.#universe, restoreLive(saved, seed, symbols));
      this.#moment = saved.pending;
    }
  }

  /** Nothing when restored, or when asked a second time. */
  *opening(): Iterable<NamespacedUpdate> {
    const started = this.#started;
    // Once told, the past is some megabytes nobody needs.
    this.#started = undefined;
    if (started === undefined) return;
    for (const update of openingUpdates(this.startTimeMs, this.#universe, started)) {
      yield { namespace: 'markets', update };
    }
  }

  next(): TimedUpdate {
    // An opening not asked for by now would tell of a later state than that of `startTimeMs`.
    this.#started = undefined;
    while (this.#taken === this.#moment.updates.length) {
      this.#moment = this.#live.playNext();
      this.#taken = 0;
    }
    const { updates, dueTimeMs } = this.#moment;
    return { namespace: 'markets', update: updates[this.#taken++]!, dueTimeMs };
  }

  /** All there is to know to go on from here; see the constructor. */
  state(): SavedMarket {
    const { dueTimeMs, updates } = this.#moment;
    const pending = { dueTimeMs, updates: updates.slice(this.#taken) };
    return saveMarket(this.#seed, this.#random.state(), this.#live.state, pending);
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  }
}
