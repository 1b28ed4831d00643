import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOOK_LEVELS, bestPrice, moveBest, renewLevel, take, type BookSide, type Outwards } from './book.ts';
import { Random } from './random.ts';

const shape = { levelSize: 300, gap: 0.4 };

function expectInOrder(side: BookSide, outwards: Outwards): void {
  expect(side).toHaveLength(2 * BOOK_LEVELS);
  for (let index = 2; index < side.length; index += 2) {
    expect((side[index]! - side[index - 2]!) * outwards).toBeGreaterThan(0);
  }
  for (let index = 1; index < side.length; index += 2) expect(side[index]).toBeGreaterThan(0);
}

describe('a side of the book', () => {
  test('keeps five levels in order whatever happens to it', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('move' as const), price: fc.integer({ min: 100, max: 300 }) }),
      fc.record({ kind: fc.constant('take' as const), size: fc.integer({ min: 1, max: 5_000 }) }),
      fc.record({ kind: fc.constant('renew' as const) }),
    );
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(1 as const, -1 as const),
        fc.array(action),
        (seed, outwards, actions) => {
          const random = Random.fromSeed(seed);
          const side: BookSide = [];
          moveBest(random, side, outwards, 200, shape);
          for (const step of actions) {
            if (step.kind === 'renew') renewLevel(random, side, shape);
            else if (step.kind === 'take') take(random, side, outwards, step.size, shape);
            else {
              moveBest(random, side, outwards, step.price, shape);
              expect(bestPrice(side)).toBe(step.price);
            }
            expectInOrder(side, outwards);
          }
        },
      ),
    );
  });

  test('what is taken is what was there, best first', () => {
    const random = Random.fromSeed(1);
    const asks: BookSide = [100, 50, 102, 80, 103, 10, 104, 10, 105, 10];
    expect(take(random, asks, 1, 90, shape)).toEqual([
      { price: 100, size: 50 },
      { price: 102, size: 40 },
    ]);
    expect(asks.slice(0, 4)).toEqual([102, 40, 103, 10]);
  });

  test('a large order takes two levels at most', () => {
    const asks: BookSide = [100, 50, 102, 80, 103, 10, 104, 10, 105, 10];
    expect(take(Random.fromSeed(1), asks, 1, 10_000, shape)).toHaveLength(2);
    expect(bestPrice(asks)).toBe(103);
  });

  test('after a jump no order is left far behind the best one', () => {
    const bids: BookSide = [100, 50, 99, 80, 98, 10, 97, 10, 96, 10];
    moveBest(Random.fromSeed(1), bids, -1, 150, shape);
    expect(bids[0]! - bids[8]!).toBeLessThan(30);
  });
});
