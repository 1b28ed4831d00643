import type { WatchRow } from '@bigboard/shared/market';

/**
 * Whether the row's zeros mean anything. A quote pushed with nothing but a price stands in the list with a change and a
 * volume of 0, which nobody told; one that has not traded today is written alike, and no change is known of it either.
 */
export function hasTraded({ change, changePercent, volume }: WatchRow): boolean {
  return change !== 0 || changePercent !== 0 || volume !== 0;
}
