import type { WatchRow } from '@bigboard/shared/market';
import { isNumber } from '../format/number.ts';

export type SortKey = 'symbol' | 'last' | 'changePercent' | 'volume';

export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export const BY_SYMBOL: Sort = { key: 'symbol', isDescending: false };

export type WatchRows = Readonly<Record<string, WatchRow>>;

/** Indices stand in the strip above and are not traded, so the list leaves them out. */
function isListed(row: WatchRow): boolean {
  return row.sector !== 'Index';
}

/** Sectors that have rows, by name. */
export function sectorsOf(rows: WatchRows): string[] {
  const sectors = new Set<string>();
  for (const row of Object.values(rows)) if (isListed(row) && row.sector) sectors.add(row.sector);
  return [...sectors].sort();
}

/** @param sector undefined for all of them */
export function orderSymbols(rows: WatchRows, sort: Sort, sector: string | undefined): string[] {
  const symbols = Object.keys(rows).filter((symbol) => {
    const row = rows[symbol] as WatchRow;
    return isListed(row) && (sector === undefined || row.sector === sector);
  });
  const { key } = sort;
  const sign = sort.isDescending ? -1 : 1;
  return symbols.sort((a, b) => {
    const difference = key === 'symbol' ? 0 : (rows[a] as WatchRow)[key] - (rows[b] as WatchRow)[key];
    // One of them has no such number: it stands last either way.
    if (key !== 'symbol' && !isNumber(difference)) {
      const [hasA, hasB] = [a, b].map((symbol) => isNumber((rows[symbol] as WatchRow)[key])) as [boolean, boolean];
      return Number(hasB) - Number(hasA) || compareNames(a, b);
    }
    return difference === 0 ? compareNames(a, b) * (key === 'symbol' ? sign : 1) : difference * sign;
  });
}

/** Numbers are first asked for from the top: the biggest riser, the most traded. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  if (sort.key === key) return { key, isDescending: !sort.isDescending };
  return { key, isDescending: key !== 'symbol' };
}

/** How many stand elsewhere in the new order. */
export function countMoved(before: readonly string[], after: readonly string[]): number {
  return after.filter((symbol, index) => before[index] !== symbol).length;
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
