import { z } from 'zod';
import { jsonDepth, type Json } from './json.ts';
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

const json = z.json() as z.ZodType<Json>;
const boundedJson = json.refine((value) => jsonDepth(value, LIMITS.jsonDepth + 1) <= LIMITS.jsonDepth, {
  message: `nested deeper than ${LIMITS.jsonDepth}`,
});

const topicNameSchema = z.string().refine(isTopicName, { message: 'not a topic name: kind[:id[:view]]' });

export const updateSchema = z.strictObject({
  topic: topicNameSchema,
  time: z.number().int().min(-8.64e15).max(8.64e15),
  fields: z.record(z.string().min(1).max(128), boundedJson).optional(),
  log: z.array(boundedJson).max(LIMITS.entriesPerUpdate).optional(),
  reset: z.literal(true).optional(),
});
