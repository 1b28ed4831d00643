import { describe, expect, it } from 'vitest';
import { layOutPriceTicks } from './price-axes.ts';

const SCALE = { min: 80, max: 90, ticks: [80, 82, 84, 86, 88, 90] };
const labels = (previousClose?: number, last?: number) =>
  layOutPriceTicks(SCALE, 500, 2, previousClose, last).map(({ label }) => label);

describe('labels of the price axis', () => {
  it('are round prices, none on the ends', () => {
    expect(labels()).toEqual(['82.00', '84.00', '86.00', '88.00']);
  });

  it('say the previous close among them, in place of one too near', () => {
    expect(labels(81.9)).toEqual(['84.00', '86.00', '88.00', '81.90']);
  });

  it('leave the place of the last price to its tag, but keep the line', () => {
    expect(labels(undefined, 84.2)).toEqual(['82.00', '', '86.00', '88.00']);
  });
});
