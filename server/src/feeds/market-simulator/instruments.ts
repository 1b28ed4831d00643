import { inventStock } from './invented-stocks.ts';

export const SECTORS = ['Technology', 'Energy', 'Consumer', 'Industry', 'Finance', 'Health'] as const;
export type Sector = (typeof SECTORS)[number];

/** A share that is traded. All of them are invented. */
export interface Stock {
  readonly symbol: string;
  readonly name: string;
  readonly sector: Sector;
  /** The price its long-run path swings about. */
  readonly price: number;
  /** Standard deviation of a day's own return, apart from market and sector: 0.012 is 1.2 %. */
  readonly volatility: number;
  /** How far it moves when the market moves by 1. */
  readonly beta: number;
  /** Shares traded on an average day. */
  readonly dailyVolume: number;
}

/** Every stock trades in cents. */
export const STOCK_DECIMALS = 2;
/** Ticks of 0.01 in a price of 1. */
export const STOCK_SCALE = 100;
export const CURRENCY = 'USD';

type Row = readonly [string, string, Sector, price: number, volatilityPercent: number, beta: number, volumeM: number];

/** Sectors are mixed, so that the first few make a market too. */
const LISTED: readonly Row[] = [
  ['KIKO', 'Kickoff Sportswear', 'Consumer', 82.4, 1.5, 1.05, 2.4],
  ['GLYF', 'Glyph Semiconductor', 'Technology', 214.8, 1.6, 1.35, 5.2],
  ['QILN', 'Qilin Robotics', 'Industry', 52.6, 1.7, 1.2, 3.1],
  ['HELO', 'Helio Grid', 'Energy', 131.2, 1.1, 0.8, 1.1],
  ['TIDE', 'Tidewater Energy', 'Energy', 43.1, 1.3, 0.95, 3.9],
  ['NIMB', 'Nimbus Systems', 'Technology', 398.5, 1.3, 1.2, 1.6],
  ['ZEFR', 'Zephyr Air', 'Industry', 20.3, 1.8, 1.25, 6.8],
  ['KORA', 'Kora Health', 'Health', 67.1, 1.2, 0.7, 0.6],
  ['FJRD', 'Fjord Shipping', 'Industry', 89.4, 1.2, 0.9, 0.8],
  ['AURM', 'Aurum Trust', 'Finance', 33.2, 1.0, 0.85, 2.5],
  ['SOLA', 'Solano Foods', 'Consumer', 24.2, 0.8, 0.55, 0.4],
  ['VRDN', 'Verdano Vaccines', 'Health', 150.7, 2.1, 0.9, 3.0],
  ['EMBR', 'Ember Utilities', 'Energy', 71.0, 0.8, 0.5, 1.3],
  ['LARK', 'Larkfield Media', 'Consumer', 12.1, 1.7, 1.1, 1.9],
  ['PYRA', 'Pyra Therapeutics', 'Health', 61.8, 2.3, 1.0, 4.6],
  ['RUNE', 'Runestone Software', 'Technology', 94.6, 1.4, 1.15, 0.9],
  ['DUNE', 'Dunemark Capital', 'Finance', 37.6, 1.3, 1.1, 0.7],
  ['BRIX', 'Brixholm Construction', 'Industry', 17.3, 1.5, 1.15, 4.1],
  ['PLTA', 'Plata Beverages', 'Consumer', 30.4, 1.2, 0.75, 2.2],
  ['LUTC', 'Lutece Fashion', 'Consumer', 55.3, 1.5, 1.1, 1.4],
  ['SOLE', 'Sole and Stitch', 'Consumer', 46.9, 1.4, 1.0, 1.2],
  ['OKTV', 'Oktave Audio', 'Technology', 28.7, 1.8, 1.3, 2.0],
  ['CDRW', 'Cedarwood Bank', 'Finance', 58.9, 1.0, 1.05, 3.3],
  ['MLTH', 'Monolith Memory', 'Technology', 176.2, 1.9, 1.4, 4.4],
  ['PLRS', 'Polaris Drilling', 'Energy', 22.8, 1.6, 1.1, 5.1],
  ['HVNA', 'Havenia Insurance', 'Finance', 104.3, 0.9, 0.8, 0.9],
  ['STLT', 'Sterlet Medical', 'Health', 88.1, 1.2, 0.75, 0.8],
  ['GRYF', 'Gryphon Aerospace', 'Industry', 142.5, 1.3, 1.0, 1.5],
  ['TBRL', 'Timberline Paper', 'Industry', 34.6, 1.1, 0.85, 0.9],
  ['VTRA', 'Voltara Motors', 'Consumer', 187.9, 2.2, 1.45, 6.1],
  ['NBLA', 'Nebula Cloud', 'Technology', 121.4, 1.8, 1.35, 3.5],
  ['KLVR', 'Kolver Wind', 'Energy', 63.7, 1.6, 1.0, 1.1],
  ['ORSA', 'Orsa Minor Bank', 'Finance', 41.8, 1.2, 1.1, 2.1],
  ['BYRE', 'Byreholm Generics', 'Health', 26.5, 1.4, 0.8, 1.7],
  ['CSKD', 'Caskade Hydro', 'Energy', 49.2, 0.9, 0.6, 0.7],
  ['ALTN', 'Altona Steel', 'Industry', 19.6, 1.6, 1.2, 4.8],
  ['MRDO', 'Meridot Payments', 'Finance', 232.1, 1.3, 1.15, 1.8],
  ['LTHN', 'Lathen Lithium', 'Energy', 15.9, 2.4, 1.3, 5.6],
  ['FRNW', 'Fernwold Grocers', 'Consumer', 73.5, 0.7, 0.5, 1.0],
  ['HXLA', 'Hexala Genomics', 'Health', 39.3, 2.5, 1.1, 2.8],
  ['PRXO', 'Proximo Networks', 'Technology', 47.8, 1.5, 1.2, 1.5],
  ['QRTZ', 'Quartzline Exchange', 'Finance', 166.4, 1.0, 0.9, 0.6],
  ['SVNA', 'Savanna Solar', 'Energy', 27.9, 2.2, 1.3, 4.0],
  ['WYRN', 'Wyvern Logistics', 'Industry', 76.2, 1.2, 1.0, 1.2],
  ['AMPO', 'Amporia Diagnostics', 'Health', 112.6, 1.3, 0.85, 0.9],
  ['EKHO', 'Ekhofield Games', 'Technology', 35.1, 2.0, 1.3, 2.7],
  ['CRHN', 'Crownhurst Lenders', 'Finance', 25.7, 1.5, 1.25, 2.9],
  ['TRVA', 'Triva Clinics', 'Health', 53.4, 1.2, 0.8, 0.7],
];

export const DEFAULT_SYMBOLS = LISTED.length;
/**
 * `sparks` holds all symbols in one document: 78 points of 5 minutes are about 680 bytes a symbol, and a document may
 * have 256 KiB.
 */
export const MAX_SYMBOLS = 350;

/** The first `count` stocks; those past the list are made up from syllables, the same ones whatever the seed. */
export function listStocks(count: number): readonly Stock[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_SYMBOLS) {
    throw new RangeError(`symbols must be a whole number from 1 to ${MAX_SYMBOLS}, not ${count}`);
  }
  const stocks = LISTED.slice(0, count).map(toStock);
  const taken = new Set(LISTED.map(([symbol]) => symbol));
  for (let index = 0; stocks.length < count; index++) {
    const stock = inventStock(index, SECTORS);
    if (taken.has(stock.symbol)) continue;
    taken.add(stock.symbol);
    stocks.push(stock);
  }
  return stocks;
}

function toStock([symbol, name, sector, price, volatilityPercent, beta, volumeM]: Row): Stock {
  return { symbol, name, sector, price, volatility: volatilityPercent / 100, beta, dailyVolume: volumeM * 1_000_000 };
}
