import { z } from 'zod';
import { isWellFormed, jsonFlaw, type Json } from './json.ts';
import { LIMITS } from './limits.ts';
import { isTopicName } from './topic.ts';

/**
 * One change of one topic. Field values are absolute: the newest wins and `null` deletes. `log` entries are appended and
 * numbered by the topic; an object entry with `corrects: n` removes entry n when alone, or replaces it when it carries
 * more. `reset` empties the document first, numbering too; with nothing else in the update it removes the topic.
 */
export interface Update {
  readonly topic: string;
  /** Event time at the source, milliseconds since 1970 UTC. */
  readonly time: number;
  readonly fields?: { readonly [name: string]: Json };
  readonly log?: readonly Json[];
  readonly reset?: true;
}

const FIELD_NAME_MAX_LENGTH = 128;
/** Names that every object has or treats specially: a reader that keeps fields in a plain object would be harmed by them. */
const HARMFUL_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Zod's own record passes over a name `__proto__` in silence, and its own JSON follows any depth. */
const fieldsSchema = z.unknown().superRefine((fields, context) => {
  const refuse = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path });
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return refuse('not an object');
  for (const [name, value] of Object.entries(fields)) {
    const flaw = fieldNameFlaw(name) ?? jsonFlaw(value, LIMITS.jsonDepth);
    if (flaw !== undefined) return refuse(flaw, [name.slice(0, FIELD_NAME_MAX_LENGTH)]);
  }
}) as z.ZodType<{ readonly [name: string]: Json }>;

const entrySchema = z.unknown().superRefine((entry, context) => {
  const flaw = jsonFlaw(entry, LIMITS.jsonDepth);
  if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw });
}) as z.ZodType<Json>;

function fieldNameFlaw(name: string): string | undefined {
  if (name === '' || name.length > FIELD_NAME_MAX_LENGTH) return `a name of 1 to ${FIELD_NAME_MAX_LENGTH} characters`;
  if (HARMFUL_NAMES.has(name)) return 'no name of a field';
  return isWellFormed(name) ? undefined : 'half of a surrogate pair in a name';
}

const topicNameSchema = z.string().refine(isTopicName, { message: 'not a topic name: kind[:id[:view]]' });

const TIME_WANTED = 'whole milliseconds since 1970 UTC';

export const updateSchema = z.strictObject({
  topic: topicNameSchema,
  time: z.number(TIME_WANTED).int(TIME_WANTED).min(-8.64e15, TIME_WANTED).max(8.64e15, TIME_WANTED),
  fields: fieldsSchema.optional(),
  log: z.array(entrySchema).max(LIMITS.entriesPerUpdate).optional(),
  reset: z.literal(true).optional(),
});
