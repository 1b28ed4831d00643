import { CANDLE_INTERVALS } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import type { Universe } from './live-market.ts';
import type { CandleArchive } from './past.ts';
import { depthFields, indexQuote, stockQuote } from './publisher.ts';
import type { StartedMarket } from './start.ts';

const RECENT_TRADES = 30;

/**
 * What a viewer finds at the start. Candles come first and hold all trades up to `startTimeMs`: who folds candles from
 * trades then knows that the trades told after them are in already.
 */
export function* openingUpdates(startTimeMs: number, universe: Universe, market: StartedMarket): Iterable<Update> {
  const { live, past, trades } = market;
  const time = startTimeMs;
  yield { topic: 'session', time, fields: { ...live.session(time) } };
  for (const [index, { symbol }] of universe.indices.entries()) {
    yield* candleUpdates(symbol, past.indexCandles[index]!, time);
  }
  for (const [index, { symbol }] of universe.stocks.entries()) {
    yield* candleUpdates(symbol, past.stockCandles[index]!, time);
  }
  for (const [index, basket] of universe.indices.entries()) {
    const quote = indexQuote(basket, live.state.indices[index]!);
    yield { topic: `quote:${basket.symbol}`, time, fields: quote };
  }
  for (const [index, stock] of universe.stocks.entries()) {
    const state = live.state.stocks[index]!;
    yield { topic: `quote:${stock.symbol}`, time, fields: stockQuote(stock, state) };
    yield { topic: `depth:${stock.symbol}`, time, fields: depthFields(state) };
  }
  yield* newestOfEach(trades, RECENT_TRADES);
}

function* candleUpdates(symbol: string, archive: CandleArchive, time: number): Iterable<Update> {
  for (const interval of CANDLE_INTERVALS) {
    const { newest } = archive[interval];
    yield {
      topic: `candles:${symbol}:${interval}`,
      time,
      ...(newest === undefined ? {} : { fields: newest }),
      log: archive[interval].takeClosed(),
    };
  }
}

/** The newest `count` updates of each topic, in their order. */
function newestOfEach(updates: readonly Update[], count: number): readonly Update[] {
  const left = new Map<string, number>();
  const newest = updates.toReversed().filter(({ topic }) => {
    const more = left.get(topic) ?? count;
    left.set(topic, more - 1);
    return more > 0;
  });
  return newest.toReversed();
}
