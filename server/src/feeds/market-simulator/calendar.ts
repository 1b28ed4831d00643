import type { Session, SessionStatus } from '@bigboard/shared/market';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Monday 5 January 2026, 00:00 UTC: the session with number 0. The simulator's time never comes from a real clock. */
const BASE_MONDAY_MS = Date.UTC(2026, 0, 5);
const SESSIONS_A_WEEK = 5;

export const SESSION_MINUTES = 390;
/** Before the opening; short, because a viewer waits through it. */
const PRE_MS = 12 * SECOND_MS;
const OPENING_AUCTION_MS = 8 * SECOND_MS;
/** Before the close: trading pauses and orders gather for the closing price. */
const CLOSING_AUCTION_MS = 10 * SECOND_MS;
/** How long a closed market is shown before time jumps to the next session's `preTimeMs`. */
const CLOSED_MS = 12 * SECOND_MS;

/** The instants of one session, each in calendar time; status `pre` begins at `preTimeMs` and so on. */
export interface MarketDay {
  /** Counts sessions, not days: weekends have none. */
  readonly number: number;
  readonly preTimeMs: number;
  readonly openingAuctionTimeMs: number;
  readonly openTimeMs: number;
  readonly closingAuctionTimeMs: number;
  readonly closeTimeMs: number;
  /** Here time jumps to the next session's `preTimeMs`. */
  readonly endTimeMs: number;
}

/** Sessions run from 09:30 to 16:00 UTC, Monday to Friday; numbers below 0 are before the base. */
export function marketDay(number: number): MarketDay {
  const week = Math.floor(number / SESSIONS_A_WEEK);
  const weekday = number - week * SESSIONS_A_WEEK;
  const openTimeMs = BASE_MONDAY_MS + (7 * week + weekday) * DAY_MS + (9 * 60 + 30) * MINUTE_MS;
  const closeTimeMs = openTimeMs + SESSION_MINUTES * MINUTE_MS;
  return {
    number,
    preTimeMs: openTimeMs - PRE_MS,
    openingAuctionTimeMs: openTimeMs - OPENING_AUCTION_MS,
    openTimeMs,
    closingAuctionTimeMs: closeTimeMs - CLOSING_AUCTION_MS,
    closeTimeMs,
    endTimeMs: closeTimeMs + CLOSED_MS,
  };
}

/** The market's status, whatever a single stock's halt makes of it. */
export function statusAt(day: MarketDay, timeMs: number): SessionStatus {
  if (timeMs < day.openingAuctionTimeMs) return 'pre';
  if (timeMs < day.openTimeMs) return 'auction';
  if (timeMs < day.closingAuctionTimeMs) return 'open';
  if (timeMs < day.closeTimeMs) return 'auction';
  return 'closed';
}

export function sessionAt(day: MarketDay, timeMs: number): Session {
  return {
    status: statusAt(day, timeMs),
    openTimeMs: day.openTimeMs,
    closeTimeMs: day.closeTimeMs,
    nextOpenTimeMs: marketDay(day.number + 1).openTimeMs,
  };
}

/**
 * How busy the market is at `minute` of the session, 1 on average over it: much at the opening, some at the close, little
 * at noon (Wood, McInish and Ord, "An Investigation of Transactions Data for NYSE Stocks", Journal of Finance 40, 1985).
 * Trades, volume and the variance of returns all follow it.
 */
export function activityAt(minute: number): number {
  const sinceOpen = Math.max(0, minute) / SESSION_MINUTES;
  const untilClose = Math.max(0, 1 - sinceOpen);
  return (0.62 + 1.6 * Math.exp(-sinceOpen / 0.06) + 0.9 * Math.exp(-untilClose / 0.08)) / MEAN_ACTIVITY;
}

/** Of the sum above, over the session: each exponential's integral is its height times its width, but for a rest < 1e-4. */
const MEAN_ACTIVITY = 0.62 + 1.6 * 0.06 + 0.9 * 0.08;
