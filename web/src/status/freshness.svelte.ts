import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { FeedView } from '../live/feeds.svelte.ts';
import { asDirectory, asScores, asSession } from '../live/kinds.ts';
import type { Live } from '../live/live.svelte.ts';
import { freshnessOf, type Freshness } from './freshness.ts';

/** An open market ticks many times a second. */
const OPEN_MARKET_LIMIT_MS = 5_000;
/** Nothing happens in a match for a while, and the like is true of anything that is no market. */
const OTHER_LIMIT_MS = 60_000;

/**
 * How long a feed may bring nothing before that is a sign that something is wrong: seconds in an open market, for ever
 * while it is closed or no match is in play. Where there is neither session nor match, as in a recording of anything, a
 * minute: what comes less often than that is marked between two updates.
 */
export function silenceLimitMs(live: Pick<Live, 'topic'>, namespace: ViewerNamespace, feed: string): number {
  if (namespace === 'markets') {
    const status = asSession(live.topic('markets', 'session').current)?.status;
    if (status !== undefined && status !== 'open') return Infinity;
    // Another feed of an open market may be a slow one.
    const isOfSession = asDirectory(live.topic('markets', 'topics').current)?.['session']?.feed === feed;
    return status === 'open' && isOfSession ? OPEN_MARKET_LIMIT_MS : OTHER_LIMIT_MS;
  }
  const cards = Object.values(asScores(live.topic('sports', 'scores').current) ?? {});
  return cards.length === 0 || cards.some(({ status }) => status === 'live') ? OTHER_LIMIT_MS : Infinity;
}

type FreshnessSource = Pick<Live, 'topic' | 'connection' | 'feeds' | 'nowMs'>;

/**
 * How far the panel of a topic can be trusted; make one while the component initialises and read it in the template.
 * @param topic a function, so that the panel may change what it shows
 */
export class TopicFreshness {
  readonly #live: FreshnessSource;
  readonly #namespace: ViewerNamespace;
  readonly #topic: () => string;

  constructor(live: FreshnessSource, namespace: ViewerNamespace, topic: () => string) {
    this.#live = live;
    this.#namespace = namespace;
    this.#topic = topic;
  }

  /** The one the directory names. */
  get feed(): FeedView | undefined {
    return this.#live.feeds.feedOf(this.#namespace, this.#topic());
  }

  get current(): Freshness {
    const { connection, feeds, nowMs } = this.#live;
    const limitMs = (feed: string) => silenceLimitMs(this.#live, this.#namespace, feed);
    return freshnessOf(connection, feeds.feedsOf(this.#namespace, this.#topic()), limitMs, nowMs);
  }

  get isStale(): boolean {
    return this.current.isStale;
  }
}
