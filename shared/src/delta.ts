import type { Json } from './json.ts';
import type { TopicDocument } from './topic-document.ts';

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

/** What a reader that holds the topic's state at `since` lacks. */
export function deltaSince(document: TopicDocument, since: number): Delta {
  const { fields, entries, full } = document.changesSince(since);
  // fromEntries defines each name as the object's own, so that a field called __proto__ stays a field.
  const hasFields = fields.length > 0 || isEmpty(document, full);
  const named = hasFields ? Object.fromEntries(fields.map(({ name, value }) => [name, value])) : 0;
  const numbered = entries.length === 0 ? 0 : entries.map(({ n, time, entry }): WireEntry => [n, time, entry]);
  const { topic, time } = document;
  return full === 0 ? [topic, time, named, numbered] : [topic, time, named, numbered, full];
}

/** `JSON.stringify(deltaSince(document, since))`, made of the texts the document keeps of its fields and entries. */
export function encodeDeltaSince(document: TopicDocument, since: number): string {
  const { fields, entries, full } = document.changesSince(since);
  const hasFields = fields.length > 0 || isEmpty(document, full);
  const named = hasFields ? `{${fields.map((field) => field.json).join()}}` : '0';
  const numbered = entries.length === 0 ? '0' : `[${entries.map((entry) => entry.json).join()}]`;
  const head = `["${document.topic}",${document.time},${named},${numbered}`;
  return full === 0 ? `${head}]` : `${head},${full}]`;
}

/** A full delta of nothing at all says that the topic is removed; one that is merely empty is told with `{}` as fields. */
function isEmpty(document: TopicDocument, full: Full): boolean {
  return full !== 0 && document.log.length === 0 && !document.removed;
}
