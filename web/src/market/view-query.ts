import { RANGES, type RangeId } from '../charts/ranges.ts';

/** What the address says of the chart; anything else means the default. */
export const KINDS = ['candles', 'line', 'area'] as const;
export type Kind = (typeof KINDS)[number];

export function asRangeId(text: string | null): RangeId {
  return RANGES.find(({ id }) => id === text)?.id ?? '1D';
}

export function asKind(text: string | null): Kind {
  return KINDS.find((kind) => kind === text) ?? 'candles';
}
