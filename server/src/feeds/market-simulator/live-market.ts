import type { Session, SessionStatus } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { activityAt, marketDay, sessionAt, statusAt, type MarketDay } from './calendar.ts';
import { indexValue, type IndexBasket } from './index-basket.ts';
import type { Stock } from './instruments.ts';
import { PriceModel, type PriceState } from './price-model.ts';
import { Publisher } from './publisher.ts';
import type { Random } from './random.ts';
import { movePrice, openDay, startDay, type DayFigures, type StockState } from './stock-state.ts';
import { StockTrading } from './stock-trading.ts';

export interface IndexState extends DayFigures {
  status: SessionStatus;
}

/** What the market remembers, apart from its random numbers. */
export interface LiveState {
  dayNumber: number;
  status: SessionStatus;
  /** Calendar time of the next step of prices and indices. */
  nextStepTimeMs: number;
  /** How much calendar time the nights and weekends so far have taken away: calendar minus stream time. */
  skippedMs: number;
  readonly prices: PriceState;
  readonly stocks: StockState[];
  readonly indices: IndexState[];
}

/** What happens at one instant. */
export interface Moment {
  /** Stream time: a clock that runs on through nights and weekends, while the updates' times jump. */
  readonly dueTimeMs: number;
  readonly updates: readonly Update[];
}

export interface Universe {
  readonly stocks: readonly Stock[];
  readonly indices: readonly IndexBasket[];
}

const STEP_MS = 1_000;
const HALT_REFERENCE_MS = 300_000;

/**
 * The market as it runs: an agenda of moments, one for each stock and one for the whole, played in the order of their
 * times. Nothing is remembered outside its state and the random numbers.
 */
export class LiveMarket {
  readonly state: LiveState;
  readonly trading: StockTrading;
  readonly #universe: Universe;
  readonly #model: PriceModel;
  readonly #publisher: Publisher;
  /** Prices of all stocks in ticks, for the indices. */
  readonly #lasts: Float64Array;
  #day: MarketDay;
  #nextDay: MarketDay;

  /** Of the moment being played. */
  #updates: Update[] = [];

  constructor(random: Random, universe: Universe, state: LiveState) {
    this.state = state;
    this.#universe = universe;
    this.#model = new PriceModel(random, universe.stocks, state.prices);
    this.trading = new StockTrading(random, this.#model, universe.stocks, state.stocks);
    this.#publisher = new Publisher(universe.stocks, universe.indices, state, (update) => this.#updates.push(update));
    this.#lasts = Float64Array.from(state.stocks, (stock) => stock.last);
    this.#day = marketDay(state.dayNumber);
    this.#nextDay = marketDay(state.dayNumber + 1);
  }

  session(timeMs: number): Session {
    return sessionAt(this.#day, timeMs);
  }

  /** Calendar time of the next moment. */
  nextTimeMs(): number {
    const stock = this.#earliestStock();
    return Math.min(this.state.nextStepTimeMs, this.state.stocks[stock]!.nextTimeMs);
  }

  /**
   * Plays the next moment; often nothing is told. The whole market goes first, then stocks in their order: ties never
   * depend on chance.
   */
  playNext(): Moment {
    const index = this.#earliestStock();
    const stock = this.state.stocks[index]!;
    const timeMs = Math.min(this.state.nextStepTimeMs, stock.nextTimeMs);
    const dueTimeMs = timeMs - this.state.skippedMs;
    this.#updates = [];
    if (this.state.nextStepTimeMs === timeMs) {
      this.#step(timeMs);
    } else {
      const trades = this.trading.play(index, this.#day, this.#nextDay);
      this.#lasts[index] = stock.last;
      this.#publisher.stock(index, stock, timeMs, trades);
    }
    return { dueTimeMs, updates: this.#updates };
  }

  #earliestStock(): number {
    const { stocks } = this.state;
    let earliest = 0;
    let timeMs = stocks[0]!.nextTimeMs;
    for (let index = 1; index < stocks.length; index++) {
      const other = stocks[index]!.nextTimeMs;
      if (other < timeMs) {
        earliest = index;
        timeMs = other;
      }
    }
    return earliest;
  }

  #step(timeMs: number): void {
    if (timeMs >= this.#day.endTimeMs) {
      this.#passNight();
      return;
    }
    this.state.nextStepTimeMs = timeMs + STEP_MS;
    const { openTimeMs, closeTimeMs } = this.#day;
    if (timeMs > openTimeMs && timeMs <= closeTimeMs) {
      this.#model.step(STEP_MS / 60_000, activityAt((timeMs - openTimeMs) / 60_000));
      // The closing prints belong to the session, so the index that follows from them does too.
      this.#moveIndices(Math.min(timeMs, closeTimeMs - 1), timeMs === openTimeMs + STEP_MS);
      if ((timeMs - openTimeMs) % HALT_REFERENCE_MS === 0) this.#renewHaltReferences();
    }
    const status = statusAt(this.#day, timeMs);
    if (status !== this.state.status) this.#changeStatus(status, timeMs);
  }

  #moveIndices(timeMs: number, isFirst: boolean): void {
    this.#universe.indices.forEach((basket, index) => {
      const state = this.state.indices[index]!;
      const value = indexValue(basket, this.#lasts);
      if (isFirst) openDay(state, value);
      else movePrice(state, value);
      this.#publisher.index(index, state, timeMs);
    });
  }

  #renewHaltReferences(): void {
    for (const stock of this.state.stocks) stock.haltReference = stock.last;
  }

  #changeStatus(status: SessionStatus, timeMs: number): void {
    this.state.status = status;
    this.#publisher.session(this.session(timeMs), timeMs);
    this.state.indices.forEach((state, index) => {
      if (status === 'pre') startDay(state);
      state.status = status;
      this.#publisher.index(index, state, timeMs);
    });
  }

  #passNight(): void {
    this.#model.passNight();
    this.state.skippedMs += this.#nextDay.preTimeMs - this.#day.endTimeMs;
    this.state.dayNumber++;
    this.#day = this.#nextDay;
    this.#nextDay = marketDay(this.state.dayNumber + 1);
    this.state.nextStepTimeMs = this.#day.preTimeMs;
  }
}
