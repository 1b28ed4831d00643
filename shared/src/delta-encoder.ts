import type { Delta, Full, WireEntry } from './delta.ts';
import type { TopicDocument } from './topic-document.ts';

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
