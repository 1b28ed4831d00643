import type { Sector, Stock } from './instruments.ts';
import { Random } from './random.ts';

const FIRST_SYLLABLES = 'Al Ber Cor Dal Ene Far Gal Hol Ira Jun Kal Lor Mar Nor Ost Pel Rav Sil Tor Ulm Var Wes'.split(
  ' ',
);
const LAST_SYLLABLES =
  'bex cora dane esta fane gard hame ion juma keld lund mont nexa oria pont rano sund tane via wick'.split(' ');
const TRADES: Readonly<Record<Sector, readonly string[]>> = {
  Technology: ['Systems', 'Software', 'Devices'],
  Energy: ['Energy', 'Power', 'Fuels'],
  Consumer: ['Brands', 'Stores', 'Foods'],
  Industry: ['Works', 'Freight', 'Materials'],
  Finance: ['Bank', 'Capital', 'Assurance'],
  Health: ['Health', 'Pharma', 'Medical'],
};
const SYMBOL_LETTERS = 5;

/** The `index`-th made-up stock. Drawn from its own number alone, so it stays the same company in every market. */
export function inventStock(index: number, sectors: readonly Sector[]): Stock {
  const random = Random.fromSeed(7_919 + index);
  // Stepping both lists at once walks through all pairs before the first one comes back.
  const lap = Math.floor(index / FIRST_SYLLABLES.length);
  const first = FIRST_SYLLABLES[index % FIRST_SYLLABLES.length] as string;
  const last = LAST_SYLLABLES[(index + lap) % LAST_SYLLABLES.length] as string;
  const sector = sectors[index % sectors.length] as Sector;
  const trades = TRADES[sector];
  const word = first + last;
  return {
    symbol: word.slice(0, SYMBOL_LETTERS).toUpperCase(),
    name: `${word} ${trades[random.below(trades.length)]}`,
    sector,
    price: Math.round(100 * Math.exp(3.9 + 0.8 * random.normal())) / 100,
    volatility: 0.008 + 0.014 * random.uniform(),
    beta: 0.6 + 0.8 * random.uniform(),
    dailyVolume: Math.round(1_500_000 * Math.exp(0.7 * random.normal())),
  };
}
