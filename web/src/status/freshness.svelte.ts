import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { FeedView } from '../live/feeds.svelte.ts';
import { asScores, asSession } from '../live/kinds.ts';
import type { Live } from '../live/live.svelte.ts';
import { freshnessOf, type Freshness } from './freshness.ts';

/** An open market ticks many times a second; a match can be without news for as long as half-time lasts. */
const OPEN_MARKET_LIMIT_MS = 5_000;
const PLAY_LIMIT_MS = 60_000;

/**
 * How far the panel of a topic can be trusted; make one while the component initialises and read it in the template.
 * @param topic a function, so that the panel may change what it shows
 */
export class TopicFreshness {
  readonly #live: Live;
  readonly #namespace: ViewerNamespace;
  readonly #topic: () => string;

  constructor(live: Live, namespace: ViewerNamespace, topic: () => string) {
    this.#live = live;
    this.#namespace = namespace;
    this.#topic = topic;
  }

  get feed(): FeedView | undefined {
    return this.#live.feeds.feedOf(this.#namespace, this.#topic());
  }

  get current(): Freshness {
    return freshnessOf(this.#live.connection, this.feed, this.#limitMs(), this.#live.nowMs);
  }

  get isStale(): boolean {
    return this.current.isStale;
  }

  #limitMs(): number {
    if (this.#namespace === 'markets') {
      const status = asSession(this.#live.topic('markets', 'session').current)?.status;
      return status === 'open' ? OPEN_MARKET_LIMIT_MS : Infinity;
    }
    const cards = Object.values(asScores(this.#live.topic('sports', 'scores').current) ?? {});
    return cards.some(({ status }) => status === 'live') ? PLAY_LIMIT_MS : Infinity;
  }
}
