import { fromColumns, toColumns, type Columns } from './columns.ts';
import type { IndexState, LiveState, Moment } from './live-market.ts';
import type { RandomState } from './random.ts';
import type { StockState } from './stock-state.ts';

/**
 * A market as JSON: what goes on from it is the same, byte for byte, as what would have followed. With the default
 * symbols at most 16 KiB, the size of a feed's checkpoint.
 */
export interface SavedMarket {
  readonly version: 1;
  readonly seed: number;
  readonly random: RandomState;
  readonly market: Omit<LiveState, 'stocks' | 'indices'>;
  readonly stocks: Columns<StockState>;
  readonly indices: Columns<IndexState>;
  /** What of the moment being told has not been handed out yet. */
  readonly pending: Moment;
}

export function saveMarket(
  seed: number,
  random: RandomState,
  { stocks, indices, ...market }: LiveState,
  pending: Moment,
): SavedMarket {
  const saved = { version: 1, seed, random, market, stocks: toColumns(stocks), indices: toColumns(indices), pending };
  // A copy: the market goes on changing what it holds.
  return structuredClone(saved) as SavedMarket;
}

/** @throws RangeError when it is of another market than the seed and the number of stocks say */
export function restoreLive(saved: SavedMarket, seed: number, symbols: number): LiveState {
  const { market, stocks, indices } = structuredClone(saved);
  const savedSymbols = stocks.last.length;
  if (saved.version !== 1 || saved.seed !== seed || savedSymbols !== symbols) {
    throw new RangeError(`saved are seed ${saved.seed} and ${savedSymbols} symbols, not ${seed} and ${symbols}`);
  }
  return { ...market, stocks: fromColumns(stocks), indices: fromColumns(indices) };
}
