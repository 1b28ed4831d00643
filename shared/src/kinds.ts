import type { CandleInterval } from './market.ts';
import { parseTopic } from './topic.ts';

/**
 * Kinds that a board computes from the others, wherever those are played: captured or read from a journal, they would have
 * two writers. `candles` is none, as the past of a feed cannot be computed.
 */
export const COMPUTED_KINDS: ReadonlySet<string> = new Set([
  'topics',
  'feed',
  'watch',
  'sparks',
  'movers',
  'scores',
  'winprob',
  'table',
]);

/** How many of its newest log entries a topic keeps. */
const LOG_LIMITS: Readonly<Record<string, number>> = {
  trades: 100,
  match: 400,
  winprob: 600,
};
/** Closed candles kept: a session of minutes, a week of 5 minutes, two months of hours, two years of days. */
const CANDLE_LOG_LIMITS: Readonly<Record<CandleInterval, number>> = { '1m': 480, '5m': 600, '1h': 500, '1d': 500 };
/** For kinds this table does not know: an adopter's own. */
export const DEFAULT_LOG_LIMIT = 200;

/** Belongs to the kind, so that a document and every replica of it trim alike. Always >= 1. */
export function logLimitOf(topic: string): number {
  const { kind, view } = parseTopic(topic);
  return (kind === 'candles' ? own(CANDLE_LOG_LIMITS, view) : own(LOG_LIMITS, kind)) ?? DEFAULT_LOG_LIMIT;
}

/** Kinds come from outside: one called `constructor` must not find what every object has, and then never be trimmed. */
function own(limits: Readonly<Record<string, number>>, name = ''): number | undefined {
  return Object.hasOwn(limits, name) ? limits[name] : undefined;
}
