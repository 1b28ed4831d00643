import type { Match } from '@bigboard/shared/sport';
import { elapsedSecondsAt, formatMatchClock, nameOfPeriod } from '../format/match-time.ts';
import { formatCountdown, formatWeekday } from '../format/time.ts';
import type { Live } from '../live/live.svelte.ts';
import { TopicFreshness } from '../status/freshness.svelte.ts';

/** Faster than this, seconds are a blur and only minutes are shown. */
const SECONDS_UP_TO_SPEED = 4;
/** The picture of the match moves on in steps: a second is less than a pixel there. */
const PICTURE_STEP_MS = 5_000;
const COUNTDOWN_MS = 3_600_000;

/** What time it is in a match. It stands while its feed is silent: a clock that ran on would claim play nobody has seen. */
export class MatchClock {
  readonly freshness: TopicFreshness;
  readonly #live: Live;
  readonly #topic: () => string;
  #provenAtMs = 0;

  constructor(live: Live, topic: () => string) {
    this.#live = live;
    this.#topic = topic;
    this.freshness = new TopicFreshness(live, 'sports', topic);
  }

  /** Reactive, twice a second. */
  get streamTimeMs(): number {
    const { nowMs } = this.#live;
    if (!this.freshness.isStale) this.#provenAtMs = nowMs;
    return this.#live.feeds.streamTimeAt('sports', this.#topic(), this.#provenAtMs || nowMs);
  }

  get pictureTimeMs(): number {
    return Math.floor(this.streamTimeMs / PICTURE_STEP_MS) * PICTURE_STEP_MS;
  }

  /** `71:14`, `90:00 +4:10`, `Half-time`, `Kick-off in 2:05`, `Full time`. */
  describe(match: Match): string {
    const speed = this.freshness.feed?.status?.speed ?? 1;
    if (match.status === 'scheduled') return this.#describeStart(match, speed);
    if (match.status === 'finished') return match.shootout ? 'After a shoot-out' : nameOfPeriod('FT');
    if (!match.clock.running) return nameOfPeriod(match.period);
    if (speed > SECONDS_UP_TO_SPEED) return formatMatchClock(match, this.streamTimeMs);
    const seconds = elapsedSecondsAt(match.clock, this.streamTimeMs);
    const over = seconds - match.clock.baseMinute * 60;
    return over < 0 ? formatRunning(seconds) : `${formatRunning(match.clock.baseMinute * 60)} +${formatRunning(over)}`;
  }

  #describeStart({ kickoff, stagedKickoff }: Match, speed: number): string {
    const waitMs = ((stagedKickoff ?? kickoff) - this.streamTimeMs) / (speed || 1);
    if (waitMs > 0 && waitMs < COUNTDOWN_MS) return `Kick-off in ${formatCountdown(waitMs)}`;
    return formatWeekday(kickoff);
  }
}

function formatRunning(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
