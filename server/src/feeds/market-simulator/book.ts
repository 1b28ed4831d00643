import type { Level } from '@bigboard/shared/market';
import { STOCK_SCALE } from './instruments.ts';
import type { Random } from './random.ts';

export const BOOK_LEVELS = 5;

/** One price of one side. */
export interface BookLevel {
  /** In ticks. */
  readonly price: number;
  /** In shares, at least 1. */
  readonly size: number;
}

/** One side of an order book, flat so that it saves small: price in ticks, size in shares, price, size ..., best first. */
export type BookSide = number[];

/** Which way prices get worse: asks up (1), bids down (-1). */
export type Outwards = 1 | -1;

/** How this stock's orders look: what a level holds on average, and how many ticks apart levels are at the mean. */
export interface BookShape {
  readonly levelSize: number;
  readonly gap: number;
}

export function bestPrice(side: BookSide): number {
  return side[0] ?? Number.NaN;
}

export function bestSize(side: BookSide): number {
  return side[1] ?? 0;
}

/** Makes `price` the best one: what would be better is gone, what is missing is filled up outwards. */
export function moveBest(random: Random, side: BookSide, outwards: Outwards, price: number, shape: BookShape): void {
  let better = 0;
  while (better < side.length && (side[better]! - price) * outwards < 0) better += 2;
  if (better > 0) side.splice(0, better);
  if (side[0] !== price) side.unshift(price, drawSize(random, shape.levelSize));
  // After a jump the old orders are far behind; kept, the next sale would fall through the hole to them.
  if (side.length > 2 && (side[2]! - price) * outwards > 2 + 4 * shape.gap) side.length = 2;
  fillUp(random, side, outwards, shape);
}

/** Orders come and go at one of the levels. */
export function renewLevel(random: Random, side: BookSide, shape: BookShape): void {
  const level = random.below(BOOK_LEVELS);
  side[2 * level + 1] = drawSize(random, shape.levelSize * (1 + 0.4 * level));
}

/**
 * Takes up to `size` shares from the best two levels, best first; returns what was taken at which price. The side is
 * filled up again behind them.
 */
export function take(
  random: Random,
  side: BookSide,
  outwards: Outwards,
  size: number,
  shape: BookShape,
): readonly BookLevel[] {
  const taken: BookLevel[] = [];
  for (let left = size; left > 0 && taken.length < 2;) {
    const available = bestSize(side);
    const filled = Math.min(left, available);
    taken.push({ price: bestPrice(side), size: filled });
    left -= filled;
    if (filled < available) side[1] = available - filled;
    else side.splice(0, 2);
  }
  fillUp(random, side, outwards, shape);
  return taken;
}

/** As viewers see it. */
export function toLevels(side: BookSide): Level[] {
  const levels: Level[] = [];
  for (let index = 0; index < side.length; index += 2) {
    levels.push([side[index]! / STOCK_SCALE, side[index + 1]!]);
  }
  return levels;
}

function fillUp(random: Random, side: BookSide, outwards: Outwards, shape: BookShape): void {
  side.length = Math.min(side.length, 2 * BOOK_LEVELS);
  while (side.length < 2 * BOOK_LEVELS) {
    const gap = 1 + Math.floor(random.exponential(shape.gap));
    const level = side.length / 2;
    side.push(side[side.length - 2]! + outwards * gap, drawSize(random, shape.levelSize * (1 + 0.4 * level)));
  }
}

/** Sizes are log-normal, in tens: a few large orders among many small ones. */
function drawSize(random: Random, mean: number): number {
  return Math.max(1, Math.round((mean / 10) * Math.exp(0.7 * random.normal() - 0.245))) * 10;
}
