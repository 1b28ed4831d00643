import type { Depth, Level } from '@bigboard/shared/market';

export interface DepthSide {
  readonly price: number;
  readonly size: number;
  /** Of the largest size shown, 0..1. */
  readonly share: number;
}

/** A line of the ladder; the sides may be of different length. */
export interface DepthRow {
  readonly bid: DepthSide | undefined;
  readonly ask: DepthSide | undefined;
}

/** The best `count` levels of both sides against one measure, so that bars can be compared across the middle. */
export function layOutDepth({ bids, asks }: Depth, count: number): DepthRow[] {
  const shownBids = bids.slice(0, count);
  const shownAsks = asks.slice(0, count);
  const most = Math.max(1, ...shownBids.map(sizeOf), ...shownAsks.map(sizeOf));
  const side = (level: Level | undefined) => level && { price: level[0], size: level[1], share: level[1] / most };
  return Array.from({ length: count }, (_, index) => ({ bid: side(shownBids[index]), ask: side(shownAsks[index]) }));
}

function sizeOf([, size]: Level): number {
  return size;
}

export interface Spread {
  readonly amount: number;
  /** Hundredths of a percent of the price between. */
  readonly basisPoints: number;
}

/** Undefined when a side is empty or the book is crossed, as it is in an auction. */
export function spreadOf({ bids, asks }: Depth): Spread | undefined {
  const bid = bids[0]?.[0];
  const ask = asks[0]?.[0];
  if (bid === undefined || ask === undefined || ask <= bid) return undefined;
  return { amount: ask - bid, basisPoints: ((ask - bid) / ((ask + bid) / 2)) * 10_000 };
}
