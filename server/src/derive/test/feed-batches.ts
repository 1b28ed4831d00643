import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Feed } from '../../feeds/feed.ts';
import type { SourceBatch } from './restarts.ts';

/** What a feed brings, its opening first: all that is due within `stepMs` makes a batch, and a moment is never parted. */
export function takeBatches(feed: Feed, namespace: ViewerNamespace, stepMs: number, durationMs: number): SourceBatch[] {
  const opening = [...feed.opening()].map(({ update }) => update);
  const batches: SourceBatch[] = [{ producer: feed.name, updates: opening }];
  let updates: Update[] = [];
  let untilMs = feed.startTimeMs + stepMs;
  for (let timed = feed.next(); timed !== undefined; timed = feed.next()) {
    if (timed.dueTimeMs > untilMs) {
      if (updates.length > 0) batches.push({ producer: feed.name, updates });
      updates = [];
      untilMs = timed.dueTimeMs + stepMs;
    }
    if (timed.dueTimeMs > feed.startTimeMs + durationMs) break;
    if (timed.namespace === namespace) updates.push(timed.update);
  }
  return batches;
}
