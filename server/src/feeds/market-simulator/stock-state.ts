import type { SessionStatus } from '@bigboard/shared/market';
import { baseRateFor } from './arrivals.ts';
import { bestPrice, moveBest, type BookShape, type BookSide } from './book.ts';
import { SESSION_MINUTES } from './calendar.ts';
import { STOCK_SCALE, type Stock } from './instruments.ts';
import type { Random } from './random.ts';

/** The day so far. Prices in ticks, volume in shares. */
export interface DayFigures {
  last: number;
  previousClose: number;
  open: number;
  high: number;
  low: number;
  volume: number;
}

/** All a stock's trading remembers: plain data, to be saved and restored as it is. */
export interface StockState extends DayFigures {
  status: SessionStatus;
  /** Calendar time of the next thing to happen to it. */
  nextTimeMs: number;
  /** See `Arrival`. */
  excitation: number;
  /** 1 when the last taker bought, -1 when it sold. */
  takerSide: number;
  /** When the depth was last published. */
  depthTimeMs: number;
  /** In ticks: the price a few minutes ago, from which the halt rule measures. */
  haltReference: number;
  bids: BookSide;
  asks: BookSide;
}

/** How a stock trades, worked out once from what it is. */
export interface StockTraits {
  readonly book: BookShape;
  /** The usual spread as a share of the price. */
  readonly spread: number;
  /** Arrivals a second that no other set off, in an average minute. */
  readonly baseRate: number;
  /** Shares in an average trade. */
  readonly tradeSize: number;
}

/** Part of arrivals that trade; the others only change what is offered. */
export const TRADE_SHARE = 0.55;
/** Parts of a day's volume that the two auctions bring. */
export const OPENING_SHARE = 0.02;
export const CLOSING_SHARE = 0.04;

/** Busier stocks have tighter spreads, deeper books and more trades, each with the square root of volume. */
export function traitsOf(stock: Stock): StockTraits {
  const busy = Math.sqrt(stock.dailyVolume / 1_000_000);
  const meanRate = 0.8 + busy;
  const tradesADay = meanRate * TRADE_SHARE * SESSION_MINUTES * 60;
  const tradeSize = ((1 - OPENING_SHARE - CLOSING_SHARE) * stock.dailyVolume) / tradesADay;
  const spread = 0.0004 / (0.4 + busy);
  return {
    book: { levelSize: 5 * tradeSize, gap: (spread * stock.price * STOCK_SCALE) / 2 },
    spread,
    baseRate: baseRateFor(meanRate),
    tradeSize,
  };
}

/** Puts the best bid and ask around `value` (ticks, not rounded), `spread` ticks apart, and never below one tick. */
export function quoteAround(random: Random, state: StockState, value: number, spread: number, shape: BookShape): void {
  const bid = Math.max(1, Math.floor(value - (spread - 1) / 2));
  moveBest(random, state.bids, -1, bid, shape);
  moveBest(random, state.asks, 1, bid + spread, shape);
}

export function spreadInTicks(state: StockState): number {
  return bestPrice(state.asks) - bestPrice(state.bids);
}

export function startDay(figures: DayFigures): void {
  figures.previousClose = figures.last;
  figures.open = figures.high = figures.low = figures.last;
  figures.volume = 0;
}

/** The first price of a day: it begins open, high and low anew. */
export function openDay(figures: DayFigures, price: number): void {
  figures.last = figures.open = figures.high = figures.low = price;
}

export function movePrice(figures: DayFigures, price: number): void {
  figures.last = price;
  if (price > figures.high) figures.high = price;
  if (price < figures.low) figures.low = price;
}
