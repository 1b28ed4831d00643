import { SESSION_STATUSES } from '@bigboard/shared/market';
import { updateSchema } from '@bigboard/shared/update';
import { z } from 'zod';
import { fromColumns, toColumns } from './columns.ts';
import type { LiveState, Moment } from './live-market.ts';
import type { Random } from './random.ts';

const number = z.number();
const numbers = z.array(number);
const status = z.enum(SESSION_STATUSES);
const dayColumns = {
  last: numbers,
  previousClose: numbers,
  open: numbers,
  high: numbers,
  low: numbers,
  volume: numbers,
};

/**
 * A running market as JSON: what goes on from it is the same, byte for byte, as what would have followed. With the default
 * symbols it takes some 16 KiB.
 */
const savedMarketSchema = z.strictObject({
  random: z.tuple([number, number, number, number]),
  market: z.strictObject({
    dayNumber: number,
    status,
    nextStepTimeMs: number,
    skippedMs: number,
    prices: z.strictObject({
      market: number,
      marketSlow: number,
      marketFast: number,
      sectors: numbers,
      own: numbers,
      slow: numbers,
      fast: numbers,
    }),
  }),
  stocks: z.strictObject({
    ...dayColumns,
    status: z.array(status),
    nextTimeMs: numbers,
    excitation: numbers,
    takerSide: numbers,
    depthTimeMs: numbers,
    haltReference: numbers,
    bids: z.array(numbers),
    asks: z.array(numbers),
  }),
  indices: z.strictObject({ ...dayColumns, status: z.array(status) }),
  /** What of the moment being told has not been handed out yet. */
  pending: z.strictObject({ dueTimeMs: number, updates: z.array(updateSchema) }),
});
export type SavedMarket = z.infer<typeof savedMarketSchema>;

/** Of a market with so many stocks, indices and sectors; another one does not parse. */
export function savedMarketSchemaOf(stockCount: number, indexCount: number, sectorCount: number) {
  return savedMarketSchema.refine(
    ({ stocks, indices, market: { prices } }) =>
      haveLength(stocks, stockCount) &&
      haveLength(indices, indexCount) &&
      haveLength({ own: prices.own, slow: prices.slow, fast: prices.fast }, stockCount) &&
      prices.sectors.length === sectorCount,
  );
}

export function saveMarket(random: Random, { stocks, indices, ...market }: LiveState, pending: Moment): SavedMarket {
  const saved = { random: random.state(), market, stocks: toColumns(stocks), indices: toColumns(indices), pending };
  // A copy: the market goes on changing what it holds.
  return structuredClone(saved) as unknown as SavedMarket;
}

export function restoreLive({ market, stocks, indices }: SavedMarket): LiveState {
  return { ...market, stocks: fromColumns(stocks), indices: fromColumns(indices) };
}

function haveLength(columns: Readonly<Record<string, readonly unknown[]>>, length: number): boolean {
  return Object.values(columns).every((column) => column.length === length);
}
