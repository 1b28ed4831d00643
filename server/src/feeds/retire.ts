import type { TopicDocument } from '@bigboard/shared/topic-document';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import { topicsOfFeed } from '../derive/directory.ts';
import { storedStateOf } from '../derive/runner.ts';
import { pushedProducer } from '../store/producer-name.ts';
import type { Clock } from '../clock.ts';
import type { Fence, Store } from '../store/store.ts';
import { FeedWriter } from './feed-writer.ts';

/**
 * A lease that has just been lost by its leader is held by nobody until it has run out and another instance has had its
 * turn. Longer than both.
 */
const LOOK_AGAIN_MS = 3_000;
/** Removals in one batch. */
const RESET_ROWS = 1_000;

/** Who may still bring something. */
export interface Suppliers {
  /** The names of the feeds that run. */
  readonly running: readonly string[];
  /** The names of those who may push; undefined when nobody knows: any of them may come back. */
  readonly pushing: ReadonlySet<string> | undefined;
  /** Whether another instance, set up otherwise, plays a feed now. */
  readonly isLed: (feed: string) => Promise<boolean>;
  readonly clock: Clock;
}

/**
 * Removes what feeds have written that run no more, as their own lists of topics tell, and what was pushed by those who may
 * push no more, as the directory tells; lastly their `feed:NAME`. What is derived from those topics follows by itself.
 * @param documents what is there in the namespace
 * @param fence under which they are removed
 * @returns the names of those removed
 */
export async function retireFeeds(
  store: Store,
  namespace: ViewerNamespace,
  documents: readonly TopicDocument[],
  suppliers: Suppliers,
  fence?: Fence,
): Promise<string[]> {
  const { running, pushing } = suppliers;
  const retired: string[] = [];
  const ended = await endedFeeds(documents, suppliers, fence !== undefined);
  for (const document of documents) {
    const { topic, time, removed } = document;
    const id = feedOf(document);
    if (id === undefined || removed || running.includes(id)) continue;
    if (document.value('source') === 'live') {
      if (pushing === undefined || pushing.has(id)) continue;
      if (!(await retirePushed(store, namespace, documents, document, id, fence))) continue;
    } else {
      if (!ended.has(id)) continue;
      const writer = new FeedWriter(id, store, fence);
      await writer.open();
      await writer.startOver(time);
      await writer.publish(namespace, { topic, time, reset: true });
    }
    retired.push(id);
  }
  return retired;
}

/** The name of the feed whose state this is. */
function feedOf({ topic }: TopicDocument): string | undefined {
  const { kind, id, view } = parseTopic(topic);
  return kind === 'feed' && view === undefined ? id : undefined;
}

/**
 * Those that were played and are played by no instance any more.
 * @param isShared others may play them: nobody does if nobody did at two looks
 */
async function endedFeeds(
  documents: readonly TopicDocument[],
  { running, isLed, clock }: Suppliers,
  isShared: boolean,
): Promise<ReadonlySet<string>> {
  const played = documents.filter((document) => !document.removed && document.value('source') !== 'live');
  const notRunning = played.flatMap((document) => feedOf(document) ?? []).filter((id) => !running.includes(id));
  const unled = async (names: readonly string[]) => {
    const areLed = await Promise.all(names.map(isLed));
    return names.filter((_, index) => !areLed[index]);
  };
  const suspected = await unled(notRunning);
  if (suspected.length === 0 || !isShared) return new Set(suspected);
  await new Promise<void>((resolve) => clock.after(LOOK_AGAIN_MS, resolve));
  return new Set(await unled(suspected));
}

/** @returns whether it is known what was pushed; if not, the next start may know */
async function retirePushed(
  store: Store,
  namespace: ViewerNamespace,
  documents: readonly TopicDocument[],
  { topic: feedTopic, time }: TopicDocument,
  name: string,
  fence: Fence | undefined,
): Promise<boolean> {
  const directory = documents.find(({ topic }) => topic === 'topics')?.values() ?? {};
  const topics = topicsOfFeed(name, directory, await storedStateOf(store, namespace, 'directory'));
  if (topics === undefined) return false;
  // The feed last: after a crash the rest is found again by it.
  const updates = [...topics, feedTopic].map((topic) => ({ topic, time, reset: true as const }));
  for (let begin = 0; begin < updates.length; begin += RESET_ROWS) {
    await store.append(namespace, {
      producer: pushedProducer(name),
      updates: updates.slice(begin, begin + RESET_ROWS),
      ...(fence === undefined ? {} : { fence }),
    });
  }
  return true;
}
