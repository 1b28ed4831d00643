import type { ConnectionState } from '../live/connection.svelte.ts';
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

/**
 * The freshness of a topic by its feed. `limitMs` is how long the feed may be silent while its market or match is open;
 * Infinity when silence is no sign (a closed market, half-time of a replay).
 */
export function freshnessOf(
  connection: ConnectionState,
  feed: FeedView | undefined,
  limitMs: number,
  nowMs: number,
): Freshness {
  if (connection.lostAtMs !== undefined && connection.wasOpen) {
    return { isStale: true, ageMs: nowMs - connection.lostAtMs, reason: 'connection lost' };
  }
  const silence = silenceMs(connection, nowMs);
  if (silence > BEAT_LIMIT_MS) return { isStale: true, ageMs: silence, reason: 'server silent' };
  const health = feed?.health;
  if (health === undefined) return FRESH;
  const ageMs = health.ageMs + (nowMs - health.heardAtMs);
  if (health.state === 'running') {
    return health.ageMs > limitMs ? { isStale: true, ageMs, reason: 'feed silent' } : { ...FRESH, ageMs };
  }
  return { isStale: true, ageMs, reason: `feed ${health.state}` };
}
