import type { Sector, Stock } from './instruments.ts';

/** An average of stocks, weighted by what is turned over in them; it is quoted but not traded. */
export interface IndexBasket {
  readonly symbol: string;
  readonly name: string;
  /** Index points a tick of each stock is worth, times `INDEX_SCALE`; 0 for a stock that is not in it. */
  readonly weights: readonly number[];
}

export const INDEX_DECIMALS = 2;
/** Units of 0.01 in an index point. */
export const INDEX_SCALE = 100;

interface Listed {
  readonly symbol: string;
  readonly name: string;
  /** Absent: all stocks. */
  readonly sector?: Sector;
  /** Its value when every stock is at its listed price. */
  readonly base: number;
}

const LISTED: readonly Listed[] = [
  { symbol: 'BB100', name: 'Bigboard 100', base: 4_150 },
  { symbol: 'TECH40', name: 'Tech 40', sector: 'Technology', base: 9_200 },
  { symbol: 'ENRG', name: 'Energy', sector: 'Energy', base: 1_220 },
  { symbol: 'CNSM', name: 'Consumer', sector: 'Consumer', base: 2_640 },
  { symbol: 'FNCE', name: 'Finance', sector: 'Finance', base: 1_780 },
];

/** The indices that have at least one of these stocks. */
export function listIndices(stocks: readonly Stock[]): readonly IndexBasket[] {
  return LISTED.flatMap(({ symbol, name, sector, base }) => {
    const turnovers = stocks.map((stock) =>
      sector === undefined || stock.sector === sector ? stock.price * stock.dailyVolume : 0,
    );
    const total = turnovers.reduce((sum, turnover) => sum + turnover, 0);
    if (total === 0) return [];
    // A stock at its listed price brings its share of the base, whatever that price is.
    const weights = stocks.map(({ price }, index) => ((turnovers[index]! / total) * base) / price);
    return [{ symbol, name, weights }];
  });
}

/** In units of 0.01 points, whole; `prices` are in ticks. */
export function indexValue(basket: IndexBasket, prices: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < basket.weights.length; index++) sum += basket.weights[index]! * prices[index]!;
  return Math.round(sum);
}
