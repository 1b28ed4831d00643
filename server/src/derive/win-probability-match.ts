import type { Json } from '@bigboard/shared/json';
import { matchEventSchema, matchSchema, type Clock, type Match, type Period, type Side } from '@bigboard/shared/sport';
import { correctedBy, type TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { MODEL_NAME, type PlayState } from '@bigboard/shared/win-probability';
import { z } from 'zod';
import { isRemoval } from './removal.ts';
import { roundOf } from './table-stages.ts';
import { ChanceLine, lineStateSchema } from './win-probability-line.ts';

const playedMatchSchema = matchSchema.pick({
  stage: true,
  status: true,
  period: true,
  clock: true,
  score: true,
  shootout: true,
});
type PlayedMatch = Pick<Match, 'stage' | 'status' | 'period' | 'clock' | 'score' | 'shootout'>;
const NAMES = Object.keys(playedMatchSchema.shape);

/** What matters of a match before its kick-off. */
export const UNBEGUN = {
  status: 'scheduled',
  period: 'pre',
  clock: { atTimeMs: 0, elapsedSeconds: 0, running: false, baseMinute: 45 },
  score: { home: 0, away: 0 },
} as const;

type Fields = { readonly [name: string]: Json };
type NumberedEntry = readonly [n: number, entry: Json];

const json = z.json() as z.ZodType<Json>;

/** What of a match cannot be read back once its document has gone on. */
export const followedMatchSchema = z.object({
  id: z.string(),
  producer: z.string(),
  fields: z.record(z.string(), json),
  lastEntry: z.number(),
  unfollowed: z.array(z.tuple([z.number(), json])),
  gone: z.array(z.number()),
  line: lineStateSchema.optional(),
});
export type FollowedMatchState = z.infer<typeof followedMatchSchema>;

/** One match and the line of its chances, `winprob:ID`. */
export class FollowedMatch {
  readonly id: string;
  /** Who writes the match: its clock runs on that feed's stream time and on no other's. */
  producer = '';
  #fields: Fields = {};
  #lastEntry = 0;
  /** Of the timeline, while the match is not whole or has not begun. */
  #unfollowed: readonly NumberedEntry[] = [];
  /** Entries that nothing puts right any more: those struck off, and those that struck off. */
  #gone = new Set<number>();
  #match: PlayedMatch | undefined;
  #line: ChanceLine | undefined;
  /** The fields the topic has. */
  #told: Fields | undefined;
  #mustReset = false;

  constructor(id: string) {
    this.id = id;
  }

  /** @param own its topic, if it has been told */
  static restore(state: FollowedMatchState, own: TopicDocument | undefined): FollowedMatch {
    const { id, producer, fields, lastEntry, unfollowed, gone, line } = state;
    const followed = new FollowedMatch(id);
    followed.producer = producer;
    followed.#fields = fields;
    followed.#lastEntry = lastEntry;
    followed.#unfollowed = unfollowed;
    followed.#gone = new Set(gone);
    followed.#told = own === undefined || own.removed ? undefined : own.values();
    if (line !== undefined) followed.#line = ChanceLine.restore(line, own?.log ?? []);
    followed.#read();
    return followed;
  }

  /** The same match before anything was known of it; what has been told is taken back with the next telling. */
  startOver(): FollowedMatch {
    const followed = new FollowedMatch(this.id);
    followed.#mustReset = this.#told !== undefined || this.#mustReset;
    return followed;
  }

  state(): FollowedMatchState {
    const { id, producer } = this;
    const line = this.#line?.state();
    return {
      ...{ id, producer, lastEntry: this.#lastEntry, gone: [...this.#gone] },
      fields: { ...this.#fields },
      unfollowed: this.#unfollowed.map(([n, entry]) => [n, entry]),
      ...(line === undefined ? {} : { line }),
    };
  }

  /** False of one that is whole and as every match is before its kick-off: `UNBEGUN` and its document say all of it. */
  get isParticular(): boolean {
    if (this.#lastEntry > 0 || this.#line?.hasBegun === true) return true;
    if (this.#match === undefined) return Object.keys(this.#fields).length > 0;
    const { status, period, clock, score, shootout } = this.#match;
    const isStill = clock.elapsedSeconds === 0 && !clock.running && score.home === 0 && score.away === 0;
    return status !== UNBEGUN.status || period !== UNBEGUN.period || !isStill || shootout !== undefined;
  }

  get isLive(): boolean {
    return this.#match?.status === 'live';
  }

  /** Nothing is known of it, and nothing is to be taken back. */
  get isForgotten(): boolean {
    return (
      !this.#mustReset && this.#told === undefined && this.#lastEntry === 0 && Object.keys(this.#fields).length === 0
    );
  }

  fold(update: Update, producer: string): void {
    if (isRemoval(update)) return;
    const { fields = {}, log = [] } = update;
    this.producer = producer;
    this.#fields = readFields(this.#fields, fields);
    this.#read();
    this.#unfollowed = [...this.#unfollowed, ...log.map((entry): NumberedEntry => [++this.#lastEntry, entry])];
    if (this.#match === undefined || this.#line === undefined || this.#match.status === 'scheduled') return;
    const period = periodOf(this.#match);
    for (const [n, entry] of this.#unfollowed) this.#follow(this.#line, n, entry, period);
    this.#unfollowed = [];
  }

  /** What the match says of itself now goes into the line. */
  agree(streamTimeMs: number): void {
    if (this.#line !== undefined && this.#match !== undefined) {
      this.#line.agree(readState(this.#match, this.#line, streamTimeMs));
    }
  }

  /** Stream time has gone on, and nothing has happened. */
  advance(streamTimeMs: number): void {
    if (this.#match?.status === 'live') this.#line?.advance(minuteAt(this.#match.clock, streamTimeMs));
  }

  /** What its topic lacks. */
  tell(time: number): Update | undefined {
    const log = this.#line?.takeUntold() ?? [];
    const isShown = this.#line !== undefined && this.#match !== undefined;
    const now: Fields =
      isShown || log.length > 0
        ? { ...this.#line?.chances, model: MODEL_NAME, knockout: this.#line?.isKnockout ?? false }
        : {};
    const told = this.#mustReset ? undefined : this.#told;
    const fields: Fields = Object.fromEntries(Object.entries(now).filter(([name, value]) => told?.[name] !== value));
    const hasFields = Object.keys(fields).length > 0;
    if (log.length === 0 && !hasFields && !this.#mustReset) return undefined;
    const update: Update = {
      topic: `winprob:${this.id}`,
      time,
      ...(hasFields ? { fields } : {}),
      ...(log.length > 0 ? { log } : {}),
      ...(this.#mustReset ? { reset: true } : {}),
    };
    this.#told = hasFields || log.length > 0 ? { ...told, ...fields } : undefined;
    this.#mustReset = false;
    return update;
  }

  #read(): void {
    const read = playedMatchSchema.safeParse(this.#fields);
    // An adopter's match may come piece by piece; it is followed once it is whole.
    this.#match = read.success ? read.data : undefined;
    if (this.#match !== undefined) {
      this.#line ??= new ChanceLine(isKnockout(this.#match) || this.#told?.['knockout'] === true);
    }
  }

  #follow(line: ChanceLine, n: number, entry: Json, period: Period): void {
    const corrected = correctedBy(entry);
    if (corrected === undefined) {
      const event = matchEventSchema.safeParse(entry);
      if (event.success) line.follow(n, event.data, period);
      return;
    }
    this.#gone.add(n);
    if (corrected >= n || this.#gone.has(corrected)) return;
    const { corrects, ...content } = entry as { readonly [name: string]: Json };
    if (Object.keys(content).length === 0) this.#gone.add(corrected);
    line.correct(corrected, matchEventSchema.safeParse(content).data, period);
  }
}

/** Only what the chances depend on. `null` deletes. */
function readFields(before: Fields, fields: Fields): Fields {
  const changed = NAMES.filter((name) => Object.hasOwn(fields, name));
  const merged = { ...before, ...Object.fromEntries(changed.map((name) => [name, fields[name] as Json])) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function readState(match: PlayedMatch, line: ChanceLine, streamTimeMs: number): PlayState {
  const kicks = (side: Side) => {
    const scored = match.shootout?.[side] ?? 0;
    return { taken: Math.max(scored, line.count('kick', side)), scored };
  };
  return {
    period: periodOf(match),
    minute: Math.round(minuteAt(match.clock, streamTimeMs) * 10) / 10,
    score: match.score,
    sentOff: { home: line.count('card', 'home'), away: line.count('card', 'away') },
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
