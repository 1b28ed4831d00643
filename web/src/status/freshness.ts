import type { FeedState } from '@bigboard/shared/directory';
import type { ConnectionState, HeardFeed } from '../live/connection.svelte.ts';
import type { FeedView } from '../live/feeds.svelte.ts';

/** Beats come each second; after three missed ones nothing on the page is proven any more. */
export const BEAT_LIMIT_MS = 3_000;

/** How far the numbers of one panel can be trusted. */
export interface Freshness {
  readonly isStale: boolean;
  /** Since when its source has been silent. */
  readonly ageMs: number;
  /** In a few words; empty when fresh. */
  readonly reason: string;
}

const FRESH: Freshness = { isStale: false, ageMs: 0, reason: '' };

/** Silence of the server itself, whatever the transport says. None while there is no connection: that is told as such. */
export function silenceMs({ lastBeatAtMs, shownAtMs }: ConnectionState, nowMs: number): number {
  return lastBeatAtMs === undefined ? 0 : nowMs - Math.max(lastBeatAtMs, shownAtMs);
}

/** How a feed does by now: `silent` says that it runs, and brings nothing. */
export interface FeedCondition {
  readonly state: FeedState | 'silent';
  /** Since it brought something. */
  readonly ageMs: number;
}

/** @param limitMs how long the feed may bring nothing; Infinity when that is no sign, as in a closed market */
export function feedCondition({ state, ageMs, heardAtMs }: HeardFeed, limitMs: number, nowMs: number): FeedCondition {
  const isSilent = state === 'running' && ageMs > limitMs;
  return { state: isSilent ? 'silent' : state, ageMs: ageMs + (nowMs - heardAtMs) };
}

/** The freshness of a topic: the worst of the feeds it is made of. `limitMs` is that of `feedCondition`. */
export function freshnessOf(
  connection: ConnectionState,
  feeds: readonly FeedView[],
  limitMs: (feed: string) => number,
  nowMs: number,
): Freshness {
  if (connection.lostAtMs !== undefined && connection.wasOpen) {
    return { isStale: true, ageMs: nowMs - connection.lostAtMs, reason: 'connection lost' };
  }
  const silence = silenceMs(connection, nowMs);
  if (silence > BEAT_LIMIT_MS) return { isStale: true, ageMs: silence, reason: 'server silent' };
  return feeds.map((feed) => freshnessBy(feed, limitMs(feed.name), nowMs)).reduce(worse, FRESH);
}

function freshnessBy({ health, status }: FeedView, limitMs: number, nowMs: number): Freshness {
  if (health === undefined) return FRESH;
  const { state, ageMs } = feedCondition(health, limitMs, nowMs);
  if (state === 'running') return { ...FRESH, ageMs };
  const told = status?.state === state ? status.reason : undefined;
  return { isStale: true, ageMs, reason: told === undefined ? `feed ${state}` : `feed ${state}: ${told}` };
}

function worse(one: Freshness, other: Freshness): Freshness {
  if (one.isStale !== other.isStale) return one.isStale ? one : other;
  return one.ageMs > other.ageMs ? one : other;
}
