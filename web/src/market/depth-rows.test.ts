import { describe, expect, it } from 'vitest';
import { layOutDepth, spreadOf } from './depth-rows.ts';

describe('the depth ladder', () => {
  it('measures both sides against the largest size shown', () => {
    const rows = layOutDepth(
      {
        bids: [
          [10, 50],
          [9, 900],
        ],
        asks: [[11, 100]],
      },
      1,
    );
    expect(rows).toEqual([{ bid: { price: 10, size: 50, share: 0.5 }, ask: { price: 11, size: 100, share: 1 } }]);
  });

  it('keeps its height when a side is short or empty', () => {
    const rows = layOutDepth({ bids: [], asks: [[11, 100]] }, 3);
    expect(rows).toHaveLength(3);
    expect(rows[0]?.bid).toBeUndefined();
    expect(rows[2]).toEqual({ bid: undefined, ask: undefined });
  });
});

describe('the spread', () => {
  it('is an amount and a share of the price', () => {
    const spread = spreadOf({ bids: [[99, 1]], asks: [[101, 1]] });
    expect(spread).toEqual({ amount: 2, basisPoints: 200 });
  });

  it('is none for one side alone or a crossed book', () => {
    expect(spreadOf({ bids: [[99, 1]], asks: [] })).toBeUndefined();
    expect(spreadOf({ bids: [[101, 1]], asks: [[100, 1]] })).toBeUndefined();
  });
});
