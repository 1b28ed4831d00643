import type { Json } from '@bigboard/shared/json';
import type { Epoch } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { AppendedBatch } from '../store.ts';
import { logIdOf, type HeadText, type LogId } from './log-head.ts';
import type { RedisReply } from './redis-link.ts';

/** A batch in its place: it follows exactly the entry that it names. */
export interface LogEntry {
  readonly id: LogId;
  readonly head: HeadText;
  /** The entry before it. */
  readonly after: HeadText;
  readonly batch: AppendedBatch;
}

export interface LogName {
  readonly namespace: ViewerNamespace;
  readonly epoch: Epoch;
}

const headSchema = z.string().regex(/^\d{1,16}-\d{1,16} \S{1,200}$/);
const updatesSchema = z.array(z.looseObject({ topic: z.string(), time: z.number() }));

/** The fields of an entry in the stream, all of them in each: Redis then keeps their names once. Absent is empty. */
const fieldsSchema = z.object({
  /** The entry before it. */
  a: headSchema,
  /** The nonce. */
  n: z.string(),
  p: z.string(),
  /** When it was accepted. */
  t: z.string(),
  /** The ids of its updates, by commas. */
  i: z.string(),
  /** The producer's newest id; empty when it does not count. */
  l: z.string(),
  /** The checkpoint as JSON. */
  c: z.string(),
  /** The updates as JSON, by commas. */
  u: z.string(),
});

/** @throws Error when it is not what `append.lua` writes */
export function entryFromStream(log: LogName, reply: RedisReply): LogEntry {
  const [id, list] = reply as readonly [string, readonly string[]];
  const pairs = Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index], list[2 * index + 1]]);
  const { a, n, p, t, i, l, c, u } = fieldsSchema.parse(Object.fromEntries(pairs));
  return entryOf(log, {
    head: `${id} ${n}`,
    after: a,
    producer: p,
    acceptedAtMs: Number(t),
    ...(l === '' ? {} : { lastId: Number(l), ids: i === '' ? [] : i.split(',').map(Number) }),
    ...(c === '' ? {} : { checkpoint: JSON.parse(c) as unknown }),
    updates: updatesSchema.parse(JSON.parse(`[${u}]`)),
  });
}

const messageSchema = z.object({
  namespace: z.enum(['markets', 'sports']),
  epoch: z.string(),
  head: headSchema,
  after: headSchema,
  producer: z.string(),
  acceptedAtMs: z.number(),
  lastId: z.number().optional(),
  ids: z.array(z.number()).optional(),
  checkpoint: z.unknown().optional(),
  updates: updatesSchema,
});

/** @throws Error when it is no entry */
export function entryFromBus(text: string): LogEntry {
  const { namespace, epoch, ...parts } = messageSchema.parse(JSON.parse(text));
  return entryOf({ namespace, epoch }, parts);
}

/** @param updates of the entry, as JSON each */
export function entryToBus({ head, after, batch }: LogEntry, updates: readonly string[]): string {
  const { namespace, epoch, producer, acceptedAtMs, lastId, ids, checkpoint } = batch;
  const rest = JSON.stringify({ namespace, epoch, head, after, producer, acceptedAtMs, lastId, ids, checkpoint });
  return `${rest.slice(0, -1)},"updates":[${updates.join(',')}]}`;
}

interface EntryParts {
  readonly head: HeadText;
  readonly after: HeadText;
  readonly producer: string;
  readonly acceptedAtMs: number;
  readonly lastId?: number | undefined;
  readonly ids?: readonly number[] | undefined;
  readonly checkpoint?: unknown;
  readonly updates: readonly { readonly topic: string; readonly time: number }[];
}

function entryOf({ namespace, epoch }: LogName, parts: EntryParts): LogEntry {
  const { head, after, producer, acceptedAtMs, lastId, ids, checkpoint } = parts;
  const id = logIdOf(head);
  const { seq: from } = logIdOf(after);
  const updates = parts.updates as readonly Update[];
  if (from + updates.length !== id.seq) throw new Error(`entry ${head} after ${after} has ${updates.length} updates`);
  const numbers = lastId === undefined ? {} : { ids: ids ?? [], lastId };
  const kept = checkpoint === undefined ? {} : { checkpoint: checkpoint as Json };
  const batch = { namespace, epoch, producer, from, to: id.seq, updates, ...numbers, ...kept, acceptedAtMs };
  return { id, head, after, batch };
}
