import type { Json } from '@bigboard/shared/json';
import type { Quote, Session, SessionStatus, Trade } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { bestPrice, bestSize, toLevels, type BookSide } from './book.ts';
import { INDEX_DECIMALS, INDEX_SCALE, type IndexBasket } from './index-basket.ts';
import { CURRENCY, STOCK_DECIMALS, STOCK_SCALE, type Stock } from './instruments.ts';
import type { DayFigures, StockState } from './stock-state.ts';

/** What a quote shows; stocks have the book's sides, indices have none. */
export interface Quoted extends DayFigures {
  readonly status: SessionStatus;
  readonly bids?: BookSide;
  readonly asks?: BookSide;
}

/** The depth of a stock is published at most this often. */
const DEPTH_INTERVAL_MS = 1_000;

type Fields = { [name: string]: Json };

/** Turns states into updates: knows what it has told, and tells only what differs. */
export class Publisher {
  readonly #stocks: readonly Stock[];
  readonly #indices: readonly IndexBasket[];
  readonly #shownStocks: Figures[];
  readonly #shownIndices: Figures[];
  readonly #publish: (update: Update) => void;

  /** What the states hold counts as told already: by the opening, or before they were saved. */
  constructor(
    stocks: readonly Stock[],
    indices: readonly IndexBasket[],
    states: { readonly stocks: readonly StockState[]; readonly indices: readonly Quoted[] },
    publish: (update: Update) => void,
  ) {
    this.#stocks = stocks;
    this.#indices = indices;
    this.#shownStocks = states.stocks.map(figuresOf);
    this.#shownIndices = states.indices.map(figuresOf);
    this.#publish = publish;
  }

  stock(index: number, state: StockState, time: number, trades: readonly Trade[]): void {
    const { symbol } = this.#stocks[index]!;
    if (trades.length > 0) this.#publish({ topic: `trades:${symbol}`, time, log: trades });
    const shown = this.#shownStocks[index]!;
    const now = figuresOf(state);
    const fields = differences(shown, now, STOCK_SCALE);
    if (fields !== undefined) {
      this.#shownStocks[index] = now;
      this.#publish({ topic: `quote:${symbol}`, time, fields });
    }
    if (time - state.depthTimeMs >= DEPTH_INTERVAL_MS) {
      state.depthTimeMs = time;
      this.#publish({ topic: `depth:${symbol}`, time, fields: depthFields(state) });
    }
  }

  index(index: number, state: Quoted, time: number): void {
    const shown = this.#shownIndices[index]!;
    const now = figuresOf(state);
    const fields = differences(shown, now, INDEX_SCALE);
    if (fields === undefined) return;
    this.#shownIndices[index] = now;
    this.#publish({ topic: `quote:${this.#indices[index]!.symbol}`, time, fields });
  }

  session(session: Session, time: number): void {
    this.#publish({ topic: 'session', time, fields: { ...session } });
  }
}

export function stockQuote(stock: Stock, state: StockState): Quote {
  const { symbol, name, sector } = stock;
  return { symbol, name, sector, currency: CURRENCY, decimals: STOCK_DECIMALS, ...dayQuote(state, STOCK_SCALE) };
}

export function indexQuote({ symbol, name }: IndexBasket, state: Quoted): Quote {
  return {
    symbol,
    name,
    sector: 'Index',
    currency: CURRENCY,
    decimals: INDEX_DECIMALS,
    ...dayQuote(state, INDEX_SCALE),
  };
}

export function depthFields({ bids, asks }: StockState): { bids: [number, number][]; asks: [number, number][] } {
  return { bids: toLevels(bids), asks: toLevels(asks) };
}

/** A quote's numbers in ticks, flat, so that two of them compare quickly. */
interface Figures extends Readonly<DayFigures> {
  readonly status: SessionStatus;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

const NO_ORDERS: BookSide = [];

function figuresOf(state: Quoted): Figures {
  const { last, previousClose, open, high, low, volume, status, bids = NO_ORDERS, asks = NO_ORDERS } = state;
  return {
    last,
    previousClose,
    open,
    high,
    low,
    volume,
    status,
    // 0 for no orders: a number that compares, unlike NaN.
    bid: bids.length > 0 ? bestPrice(bids) : 0,
    bidSize: bestSize(bids),
    ask: asks.length > 0 ? bestPrice(asks) : 0,
    askSize: bestSize(asks),
  };
}

function differences(shown: Figures, now: Figures, scale: number): Fields | undefined {
  const fields: Fields = {};
  let count = 0;
  for (const name of ['last', 'previousClose', 'open', 'high', 'low', 'bid', 'ask'] as const) {
    if (shown[name] === now[name]) continue;
    fields[name] = now[name] / scale;
    count++;
  }
  for (const name of ['volume', 'bidSize', 'askSize', 'status'] as const) {
    if (shown[name] === now[name]) continue;
    fields[name] = now[name];
    count++;
  }
  if (shown.last !== now.last || shown.previousClose !== now.previousClose) {
    const before = changeOf(shown, scale);
    const after = changeOf(now, scale);
    if (before.change !== after.change) fields['change'] = after.change;
    if (before.changePercent !== after.changePercent) fields['changePercent'] = after.changePercent;
  }
  return count > 0 ? fields : undefined;
}

function dayQuote(state: Quoted, scale: number) {
  const { bid, bidSize, ask, askSize, volume, status, ...figures } = figuresOf(state);
  return {
    last: figures.last / scale,
    previousClose: figures.previousClose / scale,
    open: figures.open / scale,
    high: figures.high / scale,
    low: figures.low / scale,
    volume,
    ...(bid > 0 ? { bid: bid / scale, bidSize } : {}),
    ...(ask > 0 ? { ask: ask / scale, askSize } : {}),
    ...changeOf(figures, scale),
    status,
  };
}

/** Percent with two decimals. Rounded from whole ticks, so that 5.15 is not 5.1499999; `+ 0` makes -0 the 0 JSON has. */
function changeOf({ last, previousClose }: Pick<DayFigures, 'last' | 'previousClose'>, scale: number) {
  const ticks = last - previousClose;
  return { change: ticks / scale, changePercent: Math.round((10_000 * ticks) / previousClose) / 100 + 0 };
}
