import type { WatchRow } from '@bigboard/shared/market';
import { expect, test } from 'vitest';
import { BY_SYMBOL, countMoved, nextSort, orderSymbols, sectorsOf } from './watch-order.ts';

const ROW: WatchRow = {
  name: '',
  sector: 'Energy',
  decimals: 2,
  last: 1,
  change: 0,
  changePercent: 0,
  volume: 1,
  status: 'open',
};
const ROWS = {
  KIKO: { ...ROW, changePercent: 5, sector: 'Retail' },
  BB100: { ...ROW, sector: 'Index' },
  AURM: { ...ROW, changePercent: -1 },
  BRIX: { ...ROW, changePercent: 5 },
};

test('by symbol, without the indices', () => {
  expect(orderSymbols(ROWS, BY_SYMBOL, undefined)).toEqual(['AURM', 'BRIX', 'KIKO']);
});

test('ties stand by symbol in both directions, so that they never swap by themselves', () => {
  expect(orderSymbols(ROWS, { key: 'changePercent', isDescending: true }, undefined)).toEqual(['BRIX', 'KIKO', 'AURM']);
  expect(orderSymbols(ROWS, { key: 'changePercent', isDescending: false }, undefined)).toEqual([
    'AURM',
    'BRIX',
    'KIKO',
  ]);
});

test('one sector', () => {
  expect(sectorsOf(ROWS)).toEqual(['Energy', 'Retail']);
  expect(orderSymbols(ROWS, BY_SYMBOL, 'Retail')).toEqual(['KIKO']);
});

test('a number is first sorted from the top, the same column again turns it', () => {
  const first = nextSort(BY_SYMBOL, 'volume');
  expect(first).toEqual({ key: 'volume', isDescending: true });
  expect(nextSort(first, 'volume').isDescending).toBe(false);
  expect(nextSort(first, 'symbol')).toEqual(BY_SYMBOL);
});

test('counts the rows a new order would move', () => {
  expect(countMoved(['A', 'B', 'C'], ['B', 'A', 'C'])).toBe(2);
});

test('what has no such number stands last either way', () => {
  const row = ROWS.KIKO;
  const rows = { A: { ...row, volume: NaN }, B: { ...row, volume: 1 }, C: { ...row, volume: 2 } };
  expect(orderSymbols(rows, { key: 'volume', isDescending: true }, undefined)).toEqual(['C', 'B', 'A']);
  expect(orderSymbols(rows, { key: 'volume', isDescending: false }, undefined)).toEqual(['B', 'C', 'A']);
});
