import type { TopicDocument } from '@bigboard/shared/topic-document';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Store } from '../store/store.ts';
import { FeedWriter } from './feed-writer.ts';

/**
 * Removes what feeds have written that run no more, as their own lists of topics tell, and lastly their `feed:NAME`. What
 * is derived from those topics follows by itself. One of source `live` is somebody who pushes, and may come back.
 * @param documents what is there in the namespace
 * @param running the names of the feeds that run
 * @returns the names of those removed
 */
export async function retireFeeds(
  store: Store,
  namespace: ViewerNamespace,
  documents: Iterable<TopicDocument>,
  running: readonly string[],
): Promise<string[]> {
  const retired: string[] = [];
  for (const document of documents) {
    const { topic, time, removed } = document;
    const { kind, id, view } = parseTopic(topic);
    if (kind !== 'feed' || id === undefined || view !== undefined || removed || running.includes(id)) continue;
    if (document.value('source') === 'live') continue;
    const writer = new FeedWriter(id, store);
    await writer.open();
    await writer.startOver(time);
    await writer.publish(namespace, { topic, time, reset: true });
    retired.push(id);
  }
  return retired;
}
