import { z } from 'zod';
import type { Delta } from './delta.ts';
import type { FeedState } from './directory.ts';
import type { ErrorCode, Refusal } from './errors.ts';
import { LIMITS } from './limits.ts';
import { epochSchema, positionSchema, seqSchema, type Epoch, type Seq } from './position.ts';
import { TOPIC_MAX_LENGTH } from './topic.ts';

/** The events of a viewer namespace, in the order of PROTOCOL.md: first what a viewer sends, then what it is sent. */

/** Names are checked one by one against the grammar, so that a bad one spoils no other; here only the call is bounded. */
const topicsSchema = z.array(z.string().max(TOPIC_MAX_LENGTH * 2)).max(LIMITS.namesPerCall);

export const subscribeSchema = z.strictObject({ topics: topicsSchema, position: positionSchema.optional() });
export type SubscribeRequest = z.infer<typeof subscribeSchema>;

export const unsubscribeSchema = z.strictObject({ topics: topicsSchema });
export type UnsubscribeRequest = z.infer<typeof unsubscribeSchema>;

/** Frames a second this socket wants; 0 pauses. */
export const paceSchema = z.strictObject({ maxPerSecond: z.number().min(0).max(LIMITS.paceMaxPerSecond) });
export type PaceRequest = z.infer<typeof paceSchema>;

/** The epoch and `to` of the beat it answers. */
export const seenSchema = z.strictObject({ epoch: epochSchema, seq: seqSchema });
export type Seen = z.infer<typeof seenSchema>;

/** A topic of a `subscribe` that is not held, and why. */
export interface RejectedTopic {
  readonly topic: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** The answer to `subscribe`: a frame for every topic the socket holds, those just accepted included. */
export interface SubscribeAck {
  readonly ok: true;
  readonly epoch: Epoch;
  readonly from: Seq;
  readonly to: Seq;
  /** Server's wall clock, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly deltas: readonly Delta[];
  readonly rejected: readonly RejectedTopic[];
}

/** The answer where there is nothing to tell but that it was done. */
export interface Done {
  readonly ok: true;
}

/** What changed in `(from, to]` of the topics a reader holds. `epoch` stands in the first frame of a new one. */
export interface Frame {
  readonly from: Seq;
  readonly to: Seq;
  /** Server's wall clock, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly deltas: readonly Delta[];
  readonly epoch?: Epoch;
}

/** How a feed does: `ageMs` is the wall time since its newest update reached this instance. */
export interface FeedHealth {
  readonly state: FeedState;
  readonly ageMs: number;
}

/** A sign of life each second. `from`, `to` and `lateMs` are absent while the reader holds nothing. */
export interface Beat {
  /** Server's wall clock, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly epoch: Epoch;
  readonly from?: Seq;
  readonly to?: Seq;
  /** Age of the oldest update the reader lacks, 0 if it lacks none. */
  readonly lateMs?: number;
  readonly feeds: { readonly [name: string]: FeedHealth };
  /** Checksums of some held topics' state at `to` (see `TopicDocument.sum`). */
  readonly sums?: { readonly [topic: string]: number };
}

/** Something the reader should know or do, such as connecting again after `retryInMs`. */
export interface Notice {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryInMs?: number;
}

/** How many watch the board, on all instances together. */
export interface Presence {
  readonly watching: number;
}

/** Socket.IO event map of what viewers send. */
export interface ViewerToServer {
  subscribe(request: SubscribeRequest, answer: (ack: SubscribeAck | Refusal) => void): void;
  unsubscribe(request: UnsubscribeRequest, answer: (ack: Done | Refusal) => void): void;
  pace(request: PaceRequest, answer: (ack: Done | Refusal) => void): void;
  seen(seen: Seen): void;
}

/** Socket.IO event map of what viewers are sent. */
export interface ServerToViewer {
  frame(frame: Frame): void;
  beat(beat: Beat): void;
  notice(notice: Notice): void;
  presence(presence: Presence): void;
}
