import { isTopicName } from '@bigboard/shared/topic';
import { describe, expect, test } from 'vitest';
import { indexValue, listIndices } from './index-basket.ts';
import { DEFAULT_SYMBOLS, listStocks, MAX_SYMBOLS, SECTORS, STOCK_SCALE } from './instruments.ts';

describe('listStocks', () => {
  test('the default has at least 40 stocks, the same number in each sector', () => {
    const stocks = listStocks(DEFAULT_SYMBOLS);
    expect(stocks.length).toBeGreaterThanOrEqual(40);
    for (const sector of SECTORS) {
      expect(stocks.filter((stock) => stock.sector === sector)).toHaveLength(DEFAULT_SYMBOLS / SECTORS.length);
    }
  });

  test('as many as wished, each with a symbol and a name of its own', () => {
    const stocks = listStocks(MAX_SYMBOLS);
    expect(new Set(stocks.map(({ symbol }) => symbol)).size).toBe(MAX_SYMBOLS);
    expect(new Set(stocks.map(({ name }) => name)).size).toBe(MAX_SYMBOLS);
    for (const { symbol, price, dailyVolume } of stocks) {
      expect(isTopicName(`quote:${symbol}`)).toBe(true);
      expect(price).toBeGreaterThan(3);
      expect(dailyVolume).toBeGreaterThan(0);
    }
    expect(listStocks(60)).toEqual(stocks.slice(0, 60));
  });

  test('refuses a number it cannot serve', () => {
    for (const count of [0, -1, 1.5, MAX_SYMBOLS + 1, Number.NaN]) expect(() => listStocks(count)).toThrow(RangeError);
  });
});

describe('listIndices', () => {
  const stocks = listStocks(DEFAULT_SYMBOLS);
  const prices = stocks.map(({ price }) => price * STOCK_SCALE);

  test('an index stands at its base when all stocks are at their listed prices', () => {
    expect(listIndices(stocks).map((basket) => [basket.symbol, indexValue(basket, prices)])).toEqual([
      ['BB100', 415_000],
      ['TECH40', 920_000],
      ['ENRG', 122_000],
      ['CNSM', 264_000],
      ['FNCE', 178_000],
    ]);
  });

  test('it rises by as much as its stocks do', () => {
    const [all, tech] = listIndices(stocks);
    const risen = stocks.map(({ price, sector }) => price * STOCK_SCALE * (sector === 'Technology' ? 1.1 : 1));
    expect(indexValue(tech!, risen)).toBe(1_012_000);
    expect(indexValue(all!, risen)).toBeGreaterThan(415_000);
  });

  test('one without stocks is left out', () => {
    expect(listIndices(listStocks(1)).map(({ symbol }) => symbol)).toEqual(['BB100', 'CNSM']);
  });
});
