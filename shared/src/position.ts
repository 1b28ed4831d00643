import { z } from 'zod';

/** What a namespace's log is called for one unbroken life of it. Opaque: only equality means anything. */
export type Epoch = string;
export const epochSchema = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/);

/** Number of an update in its namespace: 1, 2, 3 ... within an epoch; 0 is before the first. */
export type Seq = number;
export const seqSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The one number a reader holds for all it watches in a namespace. */
export interface Position {
  readonly epoch: Epoch;
  readonly seq: Seq;
}
export const positionSchema = z.strictObject({ epoch: epochSchema, seq: seqSchema });
