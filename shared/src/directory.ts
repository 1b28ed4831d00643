import { z } from 'zod';

/** The two topic kinds both namespaces have. */

/** One field of `topics`, named by the topic: the directory a viewer follows to learn what there is. */
export const directoryEntrySchema = z.object({ kind: z.string(), title: z.string(), feed: z.string() });
export type DirectoryEntry = z.infer<typeof directoryEntrySchema>;

export const FEED_STATES = ['running', 'paused', 'stalled', 'failed'] as const;
export type FeedState = (typeof FEED_STATES)[number];
export const FEED_SOURCES = ['simulated', 'recorded', 'live'] as const;
export type FeedSource = (typeof FEED_SOURCES)[number];

/** `feed:NAME`: how a feed is doing and what it is, so that a page never shows a replay as the real thing. */
export const feedStatusSchema = z.object({
  title: z.string(),
  state: z.enum(FEED_STATES),
  source: z.enum(FEED_SOURCES),
  /** The times are arranged rather than the original ones. */
  staged: z.boolean().optional(),
  /** Stream milliseconds a wall millisecond. */
  speed: z.number(),
  /** Stream time of its newest update. */
  lastEventTime: z.number().int(),
  /** The instance that runs it. */
  leader: z.string(),
  /** Why it stalled or failed, in one line. */
  reason: z.string().optional(),
});
export type FeedStatus = z.infer<typeof feedStatusSchema>;
