import { z } from 'zod';
import type { ErrorCode, Refusal } from './errors.ts';
import { producerNameSchema } from './producer-token.ts';

/** The one event of `/ingest`. Over HTTP the same stands in `?namespace=`, `X-Producer` and the lines of the body. */
export const publishSchema = z.strictObject({
  namespace: z.string().max(64),
  /** Who counts the rows; the same after each start. */
  producer: producerNameSchema.optional(),
  /** Judged one by one, so that a bad row spoils no other; each is an update, with an `id` where there is a producer. */
  updates: z.array(z.unknown()),
});
export type PublishRequest = z.infer<typeof publishSchema>;

/** Numbers the rows of a producer in a namespace: 1, 2, 3 ... */
export const rowIdSchema = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const publishAuthSchema = z.looseObject({ token: z.string() });

/** A row that is not taken, and why. */
export interface RejectedRow {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** The id it uses up; absent without a producer. */
  readonly id?: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The answer once all that is taken would survive a crash. `accepted`, `duplicates` and `rejected` are all the rows. */
export interface PublishAck {
  readonly ok: true;
  readonly accepted: number;
  /**
   * Rows whose id was used up before: stored, or rejected for want of room in their topic or in the namespace. One that is
   * bad in itself is not among them, as it is rejected each time it comes.
   */
  readonly duplicates: number;
  readonly rejected: readonly RejectedRow[];
  /** The producer's newest id; absent without a producer. */
  readonly lastId?: number;
}

/** Socket.IO event map of what producers send. */
export interface ProducerToServer {
  publish(request: PublishRequest, answer: (ack: PublishAck | Refusal) => void): void;
}
