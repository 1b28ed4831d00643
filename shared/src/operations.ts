import { z } from 'zod';
import { FEED_STATES, type FeedState } from './directory.ts';
import type { Done, Notice } from './messages.ts';
import type { Refusal } from './errors.ts';

/** The events of `/ops`, in the order of PROTOCOL.md. */

export const operatorAuthSchema = z.looseObject({ token: z.string().max(1_024) });

/** Stream milliseconds a wall millisecond at most; 0 is as fast as it goes. */
export const MAX_SPEED = 100_000;

const feed = z.string().min(1).max(128);

export const controlSchema = z.discriminatedUnion('action', [
  z.strictObject({ feed, action: z.literal('pause') }),
  z.strictObject({ feed, action: z.literal('resume') }),
  /** `toMs` is a moment of the feed's own stream, between its `fromMs` and `toMs`. */
  z.strictObject({ feed, action: z.literal('seek'), toMs: z.number().int() }),
  z.strictObject({ feed, action: z.literal('speed'), speed: z.number().min(0).max(MAX_SPEED) }),
]);
export type ControlRequest = z.infer<typeof controlSchema>;
export type ControlAction = ControlRequest['action'];

export const listFeedsSchema = z.strictObject({});

/** What a feed can do, and where it stands. Times are stream time. */
export const feedStandingSchema = z.strictObject({
  feed: z.string(),
  title: z.string(),
  state: z.enum(FEED_STATES),
  reason: z.string().optional(),
  /** The instance that leads it; absent while none does. */
  leader: z.string().optional(),
  /** Stream milliseconds a wall millisecond. */
  speed: z.number(),
  /** Absent while its leader does not tell. */
  positionMs: z.number().optional(),
  actions: z.array(z.enum(['pause', 'resume', 'seek', 'speed'])),
  /** How far a seek may go; absent where it cannot seek. */
  seekable: z.strictObject({ fromMs: z.number(), toMs: z.number() }).optional(),
});
export interface FeedStanding {
  readonly feed: string;
  readonly title: string;
  readonly state: FeedState;
  readonly reason?: string;
  readonly leader?: string;
  readonly speed: number;
  readonly positionMs?: number;
  readonly actions: readonly ControlAction[];
  readonly seekable?: { readonly fromMs: number; readonly toMs: number };
}

export interface FeedsAck {
  readonly ok: true;
  readonly feeds: readonly FeedStanding[];
}

const percentiles = z.object({ p50: z.number(), p99: z.number() });

/** How one instance does, as it tells each second. Times are milliseconds; what a newer version adds is passed over. */
export const instanceStatusSchema = z.object({
  /** Another one after each start. */
  instance: z.string().min(1).max(128),
  name: z.string().min(1).max(128),
  version: z.string().max(64),
  uptimeMs: z.number(),
  isDraining: z.boolean(),
  /** What does not work as it should, in words. */
  degraded: z.array(z.string()),
  /** Connections in a viewer namespace, and event streams. */
  viewers: z.number().int().min(0),
  namespaces: z.record(
    z.string(),
    z.object({
      epoch: z.string(),
      seq: z.number(),
      /** Sockets and streams. */
      readers: z.number(),
      topics: z.number(),
      updatesPerSecond: z.number(),
      flushMs: percentiles,
    }),
  ),
  /** What a turn of the event loop keeps waiting. */
  turnMs: percentiles,
  /** Who holds each lease, as far as this instance knows. */
  leases: z.record(z.string(), z.string()),
  store: z.object({
    description: z.string(),
    /** Why nothing can be stored now. */
    failure: z.string().optional(),
    /** Absent where things are stored in the instance itself. `sinceMs` is wall clock. */
    link: z.object({ isUp: z.boolean(), sinceMs: z.number(), roundTripMs: z.number().optional() }).optional(),
    repairs: z.number(),
    epochs: z.number(),
  }),
});
export type InstanceStatus = z.infer<typeof instanceStatusSchema>;

/** All instances that have told of themselves in the last seconds, by name. */
export const statusSchema = z.object({ at: z.number(), instances: z.array(instanceStatusSchema) });
export type ClusterStatus = z.infer<typeof statusSchema>;

/** Socket.IO event map of what operators send. */
export interface OperatorToServer {
  feeds(request: z.infer<typeof listFeedsSchema>, answer: (ack: FeedsAck | Refusal) => void): void;
  control(request: ControlRequest, answer: (ack: Done | Refusal) => void): void;
}

/** Socket.IO event map of what operators are sent. */
export interface ServerToOperator {
  notice(notice: Notice): void;
  /** Every second, and on arrival. */
  status(status: ClusterStatus): void;
}
