import { MarketSimulator } from './market-simulator/market-simulator.ts';
import type { Feed } from './feed.ts';

export class FeedListError extends Error {
  override readonly name = 'FeedListError';
}

/** One item of a feed list: what to run and its options. */
interface FeedItem {
  readonly what: string;
  readonly options: URLSearchParams;
}

/**
 * Makes the feeds of a list such as `simulate,world-cup` or `simulate?symbols=100,day.ndjson.gz?speed=10&loop`; the
 * list `none` is empty. An item is `simulate`, `world-cup`, or the path of a recording.
 * @throws FeedListError naming the item and what it takes
 */
export async function createFeeds(list: string, seed: number): Promise<Feed[]> {
  if (list === 'none') return [];
  const feeds: Feed[] = [];
  for (const item of list.split(',')) {
    const [what = '', query] = item.split('?');
    const feed = await createFeed({ what, options: new URLSearchParams(query) }, seed);
    if (feeds.some(({ name }) => name === feed.name)) throw new FeedListError(`${item}: ${feed.name} runs already`);
    feeds.push(feed);
  }
  return feeds;
}

async function createFeed({ what, options }: FeedItem, seed: number): Promise<Feed> {
  if (what === 'simulate') {
    const symbols = options.get('symbols');
    return new MarketSimulator({ seed, ...(symbols === null ? {} : { symbols: Number(symbols) }) });
  }
  throw new FeedListError(`${what}: no such feed`);
}
