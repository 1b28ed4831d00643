import type { Json } from '@bigboard/shared/json';
import { matchSchema, type Clock, type Match, type Period, type Side } from '@bigboard/shared/sport';
import { correctedBy, type TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { MODEL_NAME, type PlayState } from '@bigboard/shared/win-probability';
import type { Deriver } from './deriver.ts';
import { MatchDocuments, readTimeline, type TimelineEvent } from './matches.ts';
import { roundOf } from './table-stages.ts';
import { ChanceLine } from './win-probability-line.ts';

const playedMatchSchema = matchSchema.pick({
  stage: true,
  status: true,
  period: true,
  clock: true,
  score: true,
  shootout: true,
});
type PlayedMatch = Pick<Match, 'stage' | 'status' | 'period' | 'clock' | 'score' | 'shootout'>;

interface Followed {
  readonly topic: string;
  document: TopicDocument;
  /** Who writes the match: its clock runs on that feed's stream time and on no other's. */
  producer: string;
  line: ChanceLine | undefined;
  match: PlayedMatch | undefined;
  /** The newest entry of the timeline the line has followed. */
  followedEntry: number;
  /** The fields the topic has. */
  told: { readonly [name: string]: Json } | undefined;
  mustReset: boolean;
}

/**
 * `match:ID` -> `winprob:ID`: the chances of a match as it goes on. The stream time of a match is taken for match time, so
 * between two updates of a match its line goes on as the clock does. Chances only, and no line, before kick-off.
 */
export class WinProbabilityDeriver implements Deriver {
  readonly name = 'win-probability';
  readonly namespace = 'sports';
  readonly #documents = new MatchDocuments();
  readonly #followed = new Map<string, Followed>();
  readonly #changed = new Set<Followed>();
  /** Who wrote the updates folded since the last `settle`, which come from one batch. */
  #producer: string | undefined;

  fold(update: Update, producer: string): readonly Update[] {
    this.#producer = producer;
    const match = this.#documents.fold(update);
    if (match === undefined) return [];
    const { id, document } = match;
    const topic = `winprob:${id}`;
    const before = this.#followed.get(id);
    if (before !== undefined && update.reset) this.#changed.delete(before);
    if (document.removed) {
      this.#followed.delete(id);
      const isTold = before !== undefined && (before.told !== undefined || before.mustReset);
      return isTold ? [{ topic, time: update.time, reset: true }] : [];
    }
    const followed = update.reset || before === undefined ? start(topic, document, producer, before) : before;
    followed.producer = producer;
    this.#followed.set(id, followed);
    this.#changed.add(followed);
    follow(followed);
    return [];
  }

  settle(streamTimeMs: number): readonly Update[] {
    const updates: Update[] = [];
    for (const followed of this.#followed.values()) {
      const { match, line, producer } = followed;
      if (match === undefined || line === undefined) continue;
      const isOnThisStream = this.#producer === undefined || this.#producer === producer;
      if (this.#changed.has(followed)) line.agree(readState(match, followed.document, streamTimeMs));
      if (isOnThisStream && match.status === 'live') line.advance(minuteAt(match.clock, streamTimeMs));
      const update = tell(followed, line, streamTimeMs);
      if (update !== undefined) updates.push(update);
    }
    this.#changed.clear();
    this.#producer = undefined;
    return updates;
  }
}

function start(topic: string, document: TopicDocument, producer: string, before: Followed | undefined): Followed {
  const mustReset = before !== undefined && (before.told !== undefined || before.mustReset);
  return {
    topic,
    document,
    producer,
    line: undefined,
    match: undefined,
    followedEntry: 0,
    told: undefined,
    mustReset,
  };
}

/** Draws what the timeline has that the line has not. */
function follow(followed: Followed): void {
  const { document } = followed;
  const read = playedMatchSchema.safeParse(document.values());
  // An adopter's match may come piece by piece; it is followed once it is whole.
  if (!read.success) return;
  followed.match = read.data;
  followed.line ??= new ChanceLine(isKnockout(read.data));
  if (read.data.status === 'scheduled' || document.lastEntry === followed.followedEntry) return;
  const period = periodOf(read.data);
  const timeline = new Map(readTimeline(document).map(({ n, event }) => [n, event]));
  for (const { n, entry } of document.log) {
    if (n <= followed.followedEntry) continue;
    const corrected = correctedBy(entry);
    const event = timeline.get(n);
    if (corrected !== undefined) followed.line.correct(corrected, timeline.get(corrected), period);
    else if (event !== undefined) followed.line.follow(n, event, period);
  }
  followed.followedEntry = document.lastEntry;
}

function tell(followed: Followed, line: ChanceLine, time: number): Update | undefined {
  const { topic, told, mustReset } = followed;
  const log = line.takeUntold();
  const now = { ...line.chances, model: MODEL_NAME, knockout: line.isKnockout };
  const fields = Object.fromEntries(Object.entries(now).filter(([name, value]) => told?.[name] !== value));
  if (log.length === 0 && Object.keys(fields).length === 0) return undefined;
  followed.told = now;
  followed.mustReset = false;
  return {
    topic,
    time,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(log.length > 0 ? { log } : {}),
    ...(mustReset ? { reset: true } : {}),
  };
}

function readState(match: PlayedMatch, document: TopicDocument, streamTimeMs: number): PlayState {
  const period = periodOf(match);
  const timeline = readTimeline(document);
  const count = (isCounted: (event: TimelineEvent['event']) => boolean) =>
    timeline.reduce((sum, { event }) => sum + Number(isCounted(event)), 0);
  const sentOff = (side: Side) =>
    count((event) => event.type === 'card' && event.card !== 'yellow' && event.side === side);
  const kicks = (side: Side) => {
    const scored = match.shootout?.[side] ?? 0;
    return {
      taken: Math.max(
        scored,
        count((event) => event.type === 'kick' && event.side === side),
      ),
      scored,
    };
  };
  return {
    period,
    minute: Math.round(minuteAt(match.clock, streamTimeMs) * 10) / 10,
    score: match.score,
    sentOff: { home: sentOff('home'), away: sentOff('away') },
    isKnockout: isKnockout(match),
    kicks: { home: kicks('home'), away: kicks('away') },
  };
}

function isKnockout({ stage, shootout }: PlayedMatch): boolean {
  return roundOf(stage) !== undefined || shootout !== undefined;
}

/** What the status says goes before the period: an adopter may never write one of the two. */
function periodOf({ status, period }: PlayedMatch): Period {
  if (status === 'finished') return 'FT';
  if (status === 'scheduled') return 'pre';
  return period === 'pre' ? '1H' : period;
}

/** Minutes played at a stream time. An anchor later than that is the newest word of the clock. */
function minuteAt({ atTimeMs, elapsedSeconds, running }: Clock, streamTimeMs: number): number {
  const sinceMs = running ? Math.max(0, streamTimeMs - atTimeMs) : 0;
  return (elapsedSeconds + sinceMs / 1_000) / 60;
}
