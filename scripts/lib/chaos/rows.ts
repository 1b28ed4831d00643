import { crc32 } from '@bigboard/shared/crc32';
import type { Update } from '@bigboard/shared/update';

/** How the rows of a run are spread over topics. */
export interface RowPlan {
  /** Who pushes. */
  readonly producers: readonly string[];
  readonly tapes: number;
  /** The producer whose rows a feed of the board plays; undefined: there is none. */
  readonly feed: string | undefined;
}

/** Topics a feed's rows go to. */
const REELS = 2;

/** Every topic of a run. */
export function topicsOf({ tapes, feed }: RowPlan): string[] {
  const reels = feed === undefined ? [] : Array.from({ length: REELS }, (_, index) => `reel:${index}`);
  return [...Array.from({ length: tapes }, (_, index) => `tape:${index}`), ...reels];
}

export function topicOf(plan: RowPlan, producer: string, id: number): string {
  return producer === plan.feed ? `reel:${id % REELS}` : `tape:${id % plan.tapes}`;
}

/** What a row says: whoever sees it knows whose it is, and which. */
export function contentOf(producer: string, id: number): string {
  return `${producer} ${id}`;
}

/** @returns undefined when no producer could have said it */
export function readContent(
  plan: RowPlan,
  content: string,
): { readonly producer: string; readonly id: number } | undefined {
  const [, producer = '', digits = ''] = /^(\S+) ([1-9]\d{0,14})$/.exec(content) ?? [];
  const isKnown = plan.producers.includes(producer) || (producer !== '' && producer === plan.feed);
  return isKnown ? { producer, id: Number(digits) } : undefined;
}

/** A field and an entry in one update: whatever the number of its newest entry, a topic has one right state. */
export function updateOf(plan: RowPlan, producer: string, id: number, time: number): Update {
  return { topic: topicOf(plan, producer, id), time, fields: { [producer]: id }, log: [contentOf(producer, id)] };
}

/** The checksum of a topic (PROTOCOL.md, section 4) with these fields, of which `last` is the newest entry. */
export function sumOf(fields: ReadonlyMap<string, number>, last: number): number {
  const pairs = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return crc32(`${JSON.stringify(pairs)}${last}`);
}
