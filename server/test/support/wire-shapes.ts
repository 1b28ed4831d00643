import { jsonFlaw, type Json } from '@bigboard/shared/json';
import { z } from 'zod';

/** The shapes of the wire as the protocol tells them, written apart from the code that makes them. */

const count = z.number().int().min(0);
const json = z.json().refine((value) => jsonFlaw(value, 8) === undefined) as z.ZodType<Json>;
const epoch = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/);
const fields = z.union([z.literal(0), z.record(z.string(), json)]);
const entries = z.union([z.literal(0), z.array(z.tuple([count.min(1), z.number(), json])).min(1)]);

const DeltaShape = z.union([
  z.tuple([z.string(), z.number(), fields, entries]),
  z.tuple([z.string(), z.number(), fields, entries, z.union([z.literal(1), z.literal(2)])]),
]);

export const SubscribeAckShape = z.strictObject({
  ok: z.literal(true),
  epoch,
  from: count,
  to: count,
  at: count,
  deltas: z.array(DeltaShape),
  rejected: z.array(
    z.strictObject({
      topic: z.string(),
      code: z.enum(['bad_topic', 'unknown_topic', 'too_many_topics']),
      message: z.string().min(1),
    }),
  ),
});

export const FrameShape = z.strictObject({
  from: count,
  to: count,
  at: count,
  deltas: z.array(DeltaShape).min(1),
  epoch: epoch.optional(),
});

export const BeatShape = z.strictObject({
  at: count,
  epoch,
  from: count.optional(),
  to: count.optional(),
  lateMs: z.number().min(0).optional(),
  feeds: z.record(
    z.string(),
    z.strictObject({ state: z.enum(['running', 'paused', 'stalled', 'failed']), ageMs: z.number().min(0) }),
  ),
  sums: z.record(z.string(), count.max(4_294_967_295)).optional(),
});

export const RefusalShape = z.strictObject({
  ok: z.literal(false),
  code: z.string(),
  message: z.string().min(1),
  retryInMs: count.optional(),
});
