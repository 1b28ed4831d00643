import type { WatchRow } from '@bigboard/shared/market';
import { expect, test } from 'vitest';
import { hasTraded } from './watch-row.ts';

const row: WatchRow = {
  name: 'Acme',
  sector: '',
  decimals: 2,
  last: 82.53,
  change: 0,
  changePercent: 0,
  volume: 0,
  status: 'open',
};

test('a row with nothing but a price tells no change and no volume', () => {
  expect(hasTraded(row)).toBe(false);
  expect(hasTraded({ ...row, volume: 10 })).toBe(true);
  expect(hasTraded({ ...row, change: -0.01 })).toBe(true);
});
