import type { Json } from '@bigboard/shared/json';
import { isTopicName, VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { z } from 'zod';

const json: z.ZodType<Json> = z.json();
const wholeNumber = z.number().int().min(0);
const eventTime = z.number().int();

/** How far a feed has played. */
const progressSchema = z.strictObject({
  /** See `Feed.state`. */
  feed: json,
  /** The opening is stored, all of it. */
  isOpened: z.boolean(),
  /** The newest id of each namespace at that state: what comes after it counts on from there. */
  ids: z.strictObject({ markets: wholeNumber, sports: wholeNumber }),
  streamTimeMs: z.number(),
  /** Of each namespace; one that is kept for both is as good. */
  lastEventTime: z.preprocess(
    (kept) => (typeof kept === 'number' ? { markets: kept, sports: kept } : kept),
    z.strictObject({ markets: eventTime, sports: eventTime }),
  ),
  speed: z.number().min(0),
  isPaused: z.boolean(),
  /** The speed it was set up with; when that is another one at the next start, it counts and not `speed`. */
  ownSpeed: z.number().min(0),
});
export type Progress = z.infer<typeof progressSchema>;

/** What a feed keeps in each namespace it writes to. */
const checkpointSchema = z.strictObject({
  version: z.literal(1),
  /** Every topic it has written there, to be removed when the feed is. */
  topics: z.array(z.string().refine(isTopicName)),
  /** In `PROGRESS_NAMESPACE` only: it speaks for both. */
  progress: progressSchema.optional(),
  /** The one before it: what the other namespace holds may be a little older than the newest, after an outage of the store. */
  before: progressSchema.optional(),
});
export type FeedCheckpoint = z.infer<typeof checkpointSchema>;

/** Stored first, so that no update is there without the progress that explains it. */
export const [PROGRESS_NAMESPACE] = VIEWER_NAMESPACES;

/** One that cannot be read, such as another version's, is as good as none. */
export function readCheckpoint(stored: Json | undefined): FeedCheckpoint {
  const parsed = checkpointSchema.safeParse(stored);
  return parsed.success ? parsed.data : { version: 1, topics: [] };
}

export type PerNamespace<Value> = Record<ViewerNamespace, Value>;
