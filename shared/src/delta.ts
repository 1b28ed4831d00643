import type { Json } from './json.ts';

/**
 * Whether a delta replaces what the reader has: 0 no, it adds; 1 yes, and the numbering of entries goes on; 2 yes, and the
 * numbering began anew by a reset.
 */
export type Full = 0 | 1 | 2;

/** An entry on the wire: its number within the topic, its event time, its content. */
export type WireEntry = readonly [n: number, timeMs: number, entry: Json];

/** What one reader lacks of one topic: `[topic, timeMs, fields | 0, entries | 0, full?]`. */
export type Delta = readonly [
  topic: string,
  timeMs: number,
  fields: { readonly [name: string]: Json } | 0,
  entries: readonly WireEntry[] | 0,
  full?: 1 | 2,
];

/** Since nothing: asks for everything, whatever the document remembers. */
export const SINCE_NOTHING = -1;
