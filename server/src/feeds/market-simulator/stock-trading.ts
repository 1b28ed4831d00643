import type { Trade } from '@bigboard/shared/market';
import { drawArrival } from './arrivals.ts';
import { bestPrice, renewLevel, take } from './book.ts';
import { activityAt, type MarketDay } from './calendar.ts';
import { STOCK_SCALE, type Stock } from './instruments.ts';
import type { PriceModel } from './price-model.ts';
import type { Random } from './random.ts';
import {
  CLOSING_SHARE,
  movePrice,
  openDay,
  OPENING_SHARE,
  quoteAround,
  spreadInTicks,
  startDay,
  TRADE_SHARE,
  traitsOf,
  type StockState,
  type StockTraits,
} from './stock-state.ts';

/** Trading stops when a price is further than this from where it was up to five minutes before. */
const HALT_MOVE = 0.03;
const HALT_MIN_MS = 150_000;
const HALT_SPREAD_MS = 90_000;
const REOPENING_AUCTION_MS = 20_000;
/** Stocks print one after the other: opening this long after the bell at most, closing within it before the bell. */
const PRINT_SPREAD_MS = 800;
const PRINT_STEP_MS = 7;

/**
 * What happens to one stock at its next moment, by its status: pre -> auction -> open (<-> halted -> auction) ->
 * auction -> closed -> pre of the next day. Opening and closing prices are auction prints; in between orders arrive in
 * clusters and either change what is offered or take some of it. Takers' sides run in streaks, as they do where large
 * orders are worked off in pieces (Lillo and Farmer, "The Long Memory of the Efficient Market", 2004), and lean to where
 * the model's value is. Halts copy the idea of the limit-up limit-down plan of 2012, with bands of 3 %.
 */
export class StockTrading {
  readonly states: StockState[];
  readonly #random: Random;
  readonly #model: PriceModel;
  readonly #traits: readonly StockTraits[];
  readonly #stocks: readonly Stock[];

  constructor(random: Random, model: PriceModel, stocks: readonly Stock[], states: StockState[]) {
    this.#random = random;
    this.#model = model;
    this.#stocks = stocks;
    this.#traits = stocks.map(traitsOf);
    this.states = states;
  }

  /** Plays stock `index` at its `nextTimeMs`, sets the next one, and answers with the trades made. */
  play(index: number, day: MarketDay, nextDay: MarketDay): readonly Trade[] {
    const state = this.states[index]!;
    const timeMs = state.nextTimeMs;
    switch (state.status) {
      case 'pre':
        this.#startAuction(index, day.openTimeMs + printDelay(index));
        return [];
      case 'auction':
        if (timeMs >= day.closeTimeMs) {
          state.status = 'closed';
          state.nextTimeMs = nextDay.preTimeMs;
          return [];
        }
        if (timeMs >= day.closingAuctionTimeMs) {
          state.nextTimeMs = day.closeTimeMs;
          return this.#print(index, CLOSING_SHARE);
        }
        state.status = 'open';
        return this.#reopen(index, day);
      case 'halted':
        this.#startAuction(index, timeMs + REOPENING_AUCTION_MS);
        if (state.nextTimeMs >= day.closingAuctionTimeMs) state.nextTimeMs = closingPrint(index, day);
        return [];
      case 'open':
        if (timeMs >= day.closingAuctionTimeMs) {
          this.#startAuction(index, closingPrint(index, day));
          return [];
        }
        return this.#arrive(index, day);
      case 'closed':
        startDay(state);
        state.status = 'pre';
        state.nextTimeMs = day.openingAuctionTimeMs;
        return [];
    }
  }

  /** Sets when a stock that trades continuously is played next. */
  schedule(index: number, timeMs: number, day: MarketDay): void {
    const state = this.states[index]!;
    const nerves = this.#model.nerves[index]!;
    const rate = this.#traits[index]!.baseRate * activityAt((timeMs - day.openTimeMs) / 60_000) * (0.7 + 0.3 * nerves);
    const arrival = drawArrival(this.#random, rate, state.excitation);
    state.excitation = arrival.excitation;
    state.nextTimeMs = Math.min(timeMs + arrival.waitMs, day.closingAuctionTimeMs);
  }

  /** Puts bid and ask around the model's value. */
  quote(index: number): void {
    const { spread, book } = this.#traits[index]!;
    const value = this.#model.values[index]!;
    const nervous = Math.sqrt(this.#model.nerves[index]!) * Math.exp(0.3 * this.#random.normal());
    const ticks = Math.max(1, Math.round(spread * value * nervous));
    quoteAround(this.#random, this.states[index]!, value, ticks, book);
  }

  #arrive(index: number, day: MarketDay): readonly Trade[] {
    const random = this.#random;
    const state = this.states[index]!;
    const timeMs = state.nextTimeMs;
    const { book } = this.#traits[index]!;
    const value = this.#model.values[index]!;
    const isOutside = value < bestPrice(state.bids) || value > bestPrice(state.asks);
    const isWide = spreadInTicks(state) > 1 && random.chance(0.3);
    if (isOutside || isWide) this.quote(index);
    renewLevel(random, random.chance(0.5) ? state.bids : state.asks, book);
    const trades = random.chance(TRADE_SHARE) ? this.#trade(index) : [];
    if (Math.abs(state.last - state.haltReference) > HALT_MOVE * state.haltReference) {
      state.status = 'halted';
      state.nextTimeMs = timeMs + HALT_MIN_MS + random.below(HALT_SPREAD_MS);
      state.nextTimeMs = Math.min(state.nextTimeMs, day.closingAuctionTimeMs);
    } else {
      this.schedule(index, timeMs, day);
    }
    return trades;
  }

  #trade(index: number): readonly Trade[] {
    const random = this.#random;
    const state = this.states[index]!;
    const { book, tradeSize } = this.#traits[index]!;
    const middle = (bestPrice(state.bids) + bestPrice(state.asks)) / 2;
    const pull = (this.#model.values[index]! - middle) / spreadInTicks(state);
    const buyChance = 0.5 + 0.2 * state.takerSide + 0.4 * Math.max(-0.7, Math.min(0.7, pull));
    const isBuy = random.chance(buyChance);
    // Log-normal with a wide spread: most trades are small, a few are blocks.
    const size = Math.max(1, Math.round((tradeSize / 5) * Math.exp(1.1 * random.normal() - 0.605))) * 5;
    const taken = take(random, isBuy ? state.asks : state.bids, isBuy ? 1 : -1, size, book);
    state.takerSide = isBuy ? 1 : -1;
    return taken.map((level) => this.#record(state, level.price, level.size, isBuy ? 'buy' : 'sell'));
  }

  #record(state: StockState, price: number, size: number, side: Trade['side']): Trade {
    movePrice(state, price);
    state.volume += size;
    return { price: price / STOCK_SCALE, size, side };
  }

  #startAuction(index: number, printTimeMs: number): void {
    const state = this.states[index]!;
    state.status = 'auction';
    state.nextTimeMs = printTimeMs;
    this.quote(index);
  }

  /** One price for all who waited: at the day's opening, or after a halt. */
  #reopen(index: number, day: MarketDay): readonly Trade[] {
    const state = this.states[index]!;
    const timeMs = state.nextTimeMs;
    const isFirst = state.volume === 0;
    if (isFirst) openDay(state, this.#auctionPrice(index));
    const trades = this.#print(index, isFirst ? OPENING_SHARE : OPENING_SHARE / 4);
    state.haltReference = state.last;
    state.excitation = 0;
    this.schedule(index, timeMs, day);
    return trades;
  }

  #print(index: number, shareOfDay: number): readonly Trade[] {
    const random = this.#random;
    const state = this.states[index]!;
    const mean = shareOfDay * this.#stocks[index]!.dailyVolume;
    const size = 10 * Math.max(1, Math.round((mean / 10) * Math.exp(0.4 * random.normal() - 0.08)));
    const trade = this.#record(state, this.#auctionPrice(index), size, 'auction');
    this.quote(index);
    return [trade];
  }

  #auctionPrice(index: number): number {
    return Math.max(1, Math.round(this.#model.values[index]!));
  }
}

function printDelay(index: number): number {
  return (index * PRINT_STEP_MS) % PRINT_SPREAD_MS;
}

function closingPrint(index: number, day: MarketDay): number {
  return day.closeTimeMs - PRINT_SPREAD_MS - PRINT_STEP_MS + printDelay(index);
}
