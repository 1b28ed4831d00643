import type { Trade } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { marketDay } from './calendar.ts';
import { LiveMarket, type LiveState, type Universe } from './live-market.ts';
import { walkPast, type CandleArchive, type Past } from './past.ts';
import { drawPriceState, PriceModel, type PriceState } from './price-model.ts';
import type { Random } from './random.ts';

/** How long before the start the market really runs, so that there are trades to show. */
export const WARM_UP_MINUTES = 4;

/** A market at its start, and what a viewer may see of the time before. */
export interface StartedMarket {
  readonly live: LiveMarket;
  readonly past: Past;
  /** The trade updates of the last minutes, in order. */
  readonly trades: readonly Update[];
}

/** Makes the past up to `startMinute` of session `dayNumber` and runs the market from there to `startTimeMs`. */
export function startMarket(
  random: Random,
  universe: Universe,
  dayNumber: number,
  startMinute: number,
  startTimeMs: number,
): StartedMarket {
  const prices = drawPriceState(random, universe.stocks);
  const warmUpMinute = startMinute - WARM_UP_MINUTES;
  const past = walkPast(random, universe, new PriceModel(random, universe.stocks, prices), dayNumber, warmUpMinute);
  const day = marketDay(dayNumber);
  const warmUpTimeMs = day.openTimeMs + warmUpMinute * 60_000;
  const live = new LiveMarket(random, universe, firstState(dayNumber, warmUpTimeMs, prices, past));
  universe.stocks.forEach((_, index) => {
    live.trading.quote(index);
    live.trading.schedule(index, warmUpTimeMs, day);
  });
  return { live, past, trades: warmUp(live, universe, past, startTimeMs) };
}

function firstState(dayNumber: number, timeMs: number, prices: PriceState, past: Past): LiveState {
  return {
    dayNumber,
    status: 'open',
    nextStepTimeMs: timeMs + 1_000,
    skippedMs: 0,
    prices,
    stocks: past.stocks.map((figures) => ({
      ...figures,
      status: 'open',
      nextTimeMs: timeMs,
      excitation: 0,
      takerSide: 1,
      depthTimeMs: 0,
      haltReference: figures.last,
      bids: [],
      asks: [],
    })),
    indices: past.indices.map((figures) => ({ ...figures, status: 'open' })),
  };
}

/** Plays until `startTimeMs`, folding what happens into the candles of the past. */
function warmUp(live: LiveMarket, universe: Universe, past: Past, startTimeMs: number): Update[] {
  const trades: Update[] = [];
  const archives = new Map<string, CandleArchive>([
    ...universe.stocks.map(({ symbol }, index) => [`trades:${symbol}`, past.stockCandles[index]!] as const),
    ...universe.indices.map(({ symbol }, index) => [`quote:${symbol}`, past.indexCandles[index]!] as const),
  ]);
  while (live.nextTimeMs() <= startTimeMs) {
    for (const update of live.playNext().updates) {
      const archive = archives.get(update.topic);
      if (archive === undefined) continue;
      if (update.log !== undefined) trades.push(update);
      for (const [price, volume] of pricesIn(update)) addPrice(archive, update.time, price, volume);
    }
  }
  for (const archive of archives.values()) {
    for (const series of Object.values(archive)) series.closeUntil(startTimeMs);
  }
  return trades;
}

function pricesIn({ fields, log }: Update): readonly (readonly [price: number, volume: number])[] {
  if (log !== undefined) return (log as readonly Trade[]).map(({ price, size }) => [price, size]);
  const last = fields?.['last'];
  return typeof last === 'number' ? [[last, 0]] : [];
}

function addPrice(archive: CandleArchive, timeMs: number, price: number, volume: number): void {
  for (const series of Object.values(archive)) {
    series.add({ timeMs, open: price, high: price, low: price, close: price, volume });
  }
}
