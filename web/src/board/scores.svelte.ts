import type { ScoreCard } from '@bigboard/shared/sport';
import { formatCountdown, formatDay } from '../format/time.ts';
import { asScores } from '../live/kinds.ts';
import type { Live } from '../live/live.svelte.ts';
import { TopicFreshness } from '../status/freshness.svelte.ts';
import { kickoffOf, listScores, mostInteresting, type NamedCard, type ScoreLists } from './score-lists.ts';

/** Further ahead than this a countdown says less than the day. */
const COUNTDOWN_MS = 3_600_000;

/** The scores of the board in lists, and the time that goes with them. Make one while a component initialises. */
export class Scores {
  readonly freshness: TopicFreshness;
  readonly #live: Live;
  readonly #lists = $derived.by((): ScoreLists | undefined => {
    const scores = asScores(this.#live.topic('sports', 'scores').current);
    return scores === undefined ? undefined : listScores(scores);
  });
  /** A clock that ran on while nothing is heard would claim play that nobody has seen. */
  #provenAtMs = 0;

  constructor(live: Live) {
    this.#live = live;
    this.freshness = new TopicFreshness(live, 'sports', () => 'scores');
  }

  /** Undefined while loading. */
  get lists(): ScoreLists | undefined {
    return this.#lists;
  }

  cardOf(match: string): ScoreCard | undefined {
    return asScores(this.#live.topic('sports', 'scores').current)?.[match];
  }

  get interesting(): NamedCard | undefined {
    return this.#lists === undefined ? undefined : mostInteresting(this.#lists);
  }

  get streamTimeMs(): number {
    const { nowMs } = this.#live;
    if (!this.freshness.isStale) this.#provenAtMs = nowMs;
    return this.#live.feeds.streamTimeAt('sports', 'scores', this.#provenAtMs || nowMs);
  }

  /** Wall time since the last event of a match. */
  eventAgeMs({ card }: NamedCard): number | undefined {
    if (card.lastEventTimeMs === undefined) return undefined;
    return Math.max(0, this.streamTimeMs - card.lastEventTimeMs) / this.#speed;
  }

  /** The wall time of an event of the feed; undefined when the feed stands, or has not told where it is. Reactive. */
  wallTimeOf(eventTimeMs: number): number | undefined {
    const status = this.freshness.feed?.status;
    if (status?.state !== 'running' || !status.speed) return undefined;
    const { nowMs } = this.#live;
    const ageMs = (this.#live.feeds.streamTimeAt('sports', 'scores', nowMs) - eventTimeMs) / status.speed;
    // In the future, it was told in an earlier round of a replay, or the feed's time is not known yet.
    return ageMs < 0 ? undefined : nowMs - ageMs;
  }

  /** When an upcoming match starts: `in 2:05` of waiting, or its day. */
  startOf(match: NamedCard): string {
    const waitMs = (kickoffOf(match) - this.streamTimeMs) / this.#speed;
    return waitMs < COUNTDOWN_MS ? `in ${formatCountdown(waitMs)}` : formatDay(match.card.kickoff);
  }

  get #speed(): number {
    return this.freshness.feed?.status?.speed || 1;
  }
}
