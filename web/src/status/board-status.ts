import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { ConnectionState } from '../live/connection.svelte.ts';
import { BEAT_LIMIT_MS, feedCondition, silenceMs } from './freshness.ts';

/** Sooner than this a loss is not spoken of: a server restarting, a network changing, a reload blink like that. */
const LOSS_SHOWN_AFTER_MS = 700;
const OFFLINE_AFTER_MS = 60_000;
const SLOW_OVER_MS = 1_000;

/**
 * What the board as a whole can say of itself. Transport and data are separate facts; this is the worse of the two. Of feeds:
 *
 * | state  | when                                                                              | shown as |
 * | ------ | --------------------------------------------------------------------------------- | -------- |
 * | stale  | one stalled, failed, or is silent beyond its limit; or three beats are missing    | amber    |
 * |        | ; or the server says that it can store nothing: then the cause stands beside it   |          |
 * | paused | none of what is shown runs, and none is at fault: held, or a recording at its end | neutral  |
 * | live   | else; what comes from a feed that is paused beside others is marked on its panels | teal     |
 */
export type BoardStatus =
  | { readonly state: 'loading' }
  | { readonly state: 'empty' }
  | { readonly state: 'live'; readonly latencyMs: number | undefined }
  | { readonly state: 'slow'; readonly lateMs: number }
  | { readonly state: 'stale'; readonly feeds: number; readonly ageMs: number; readonly cause?: string }
  | { readonly state: 'paused'; readonly feeds: number; readonly ageMs: number }
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly retryInMs: number | undefined }
  | { readonly state: 'catching-up'; readonly sinceMs: number }
  | { readonly state: 'offline'; readonly sinceMs: number };

export type BoardStateName = BoardStatus['state'];

/** What is on the page. */
export interface Shown {
  /** Something has been shown already, so that there is a board to speak of. */
  readonly hasSnapshot: boolean;
  /** There are no feeds, so that nothing will come. */
  readonly isEmpty?: boolean;
  readonly namespaces: readonly ViewerNamespace[];
  /** How long a feed may bring nothing: the limit of its panels. */
  limitMs(namespace: ViewerNamespace, feed: string): number;
}

export function boardStatus(facts: ConnectionState, shown: Shown, nowMs: number): BoardStatus {
  const { lostAtMs, lastBeatAtMs, latencyMs, lateMs } = facts;
  if (lostAtMs !== undefined) {
    const lostForMs = nowMs - lostAtMs;
    if (!facts.isOnline || lostForMs > OFFLINE_AFTER_MS) return { state: 'offline', sinceMs: lostAtMs };
    if (lostForMs > LOSS_SHOWN_AFTER_MS) {
      const retryInMs = facts.nextTryAtMs === undefined ? undefined : Math.max(0, facts.nextTryAtMs - nowMs);
      return { state: 'reconnecting', attempt: facts.attempt + (retryInMs === undefined ? 0 : 1), retryInMs };
    }
  }
  if (!shown.hasSnapshot) return { state: shown.isEmpty ? 'empty' : 'loading' };
  if (facts.catchingUpSinceMs !== undefined && nowMs - facts.catchingUpSinceMs > LOSS_SHOWN_AFTER_MS) {
    return { state: 'catching-up', sinceMs: facts.catchingUpSinceMs };
  }
  const silence = silenceMs(facts, nowMs);
  if (lastBeatAtMs !== undefined && silence > BEAT_LIMIT_MS) return { state: 'stale', feeds: 0, ageMs: silence };
  if (facts.failure !== undefined) {
    const { message, sinceMs } = facts.failure;
    return { state: 'stale', feeds: 0, ageMs: nowMs - sinceMs, cause: message };
  }
  const feeds = VIEWER_NAMESPACES.flatMap((namespace) =>
    Object.entries(facts.feeds[namespace]).map(([name, health]) => ({
      name,
      namespace,
      ...feedCondition(health, shown.limitMs(namespace, name), nowMs),
    })),
  );
  const failing = feeds.filter(({ state }) => state !== 'running' && state !== 'paused');
  if (failing.length > 0) {
    return { state: 'stale', feeds: countNames(failing), ageMs: Math.max(...failing.map(({ ageMs }) => ageMs)) };
  }
  const own = feeds.filter(({ namespace }) => shown.namespaces.includes(namespace));
  if (own.length > 0 && own.every(({ state }) => state === 'paused')) {
    return { state: 'paused', feeds: countNames(own), ageMs: Math.min(...own.map(({ ageMs }) => ageMs)) };
  }
  if (lateMs > SLOW_OVER_MS) return { state: 'slow', lateMs };
  if (latencyMs !== undefined && latencyMs > SLOW_OVER_MS) return { state: 'slow', lateMs: latencyMs };
  return { state: 'live', latencyMs };
}

/** A feed that writes to both namespaces is one feed. */
function countNames(feeds: readonly { readonly name: string }[]): number {
  return new Set(feeds.map(({ name }) => name)).size;
}
