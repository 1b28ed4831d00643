import type { FeedSource } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate, RecordedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { z } from 'zod';
import type { Feed, Seekable, TimedUpdate } from './feed.ts';
import { RowList, type RecordedRows, type RecordedTopic } from './recorded-rows.ts';
import { Rewind } from './rewind.ts';

export interface ReplayOptions {
  /** The feed's name: `[A-Za-z0-9._-]`. */
  readonly name: string;
  /** Stream milliseconds a wall millisecond, 0 as fast as it goes; the recording's own speed, or 1, when absent. */
  readonly speed?: number;
  /** At the end it begins again. */
  readonly loop?: boolean;
  /** Where to begin, milliseconds of stream time after the recording's start. */
  readonly fromMs?: number;
}

export interface ReplayedRecording {
  readonly header: RecordingHeader;
  readonly updates: RecordedRows | readonly RecordedUpdate[];
  /** Two recordings have the same one only if they are the same. Without it no state is taken back. */
  readonly fingerprint?: string;
}

/** A seek backward plays all anew in one moment; of more than this many, which take several seconds, nobody would wait for it. */
const SEEKABLE_ROWS = 300_000;

const count = z.number().int().min(0);
const placeSchema = z.strictObject({
  /** How many times it has come to its end. */
  pass: count,
  /** The update of the recording that comes next in this pass. */
  index: count,
  /** How many updates of a rewind to `index` are still to come before it. */
  rewinding: count,
  /** Stream time within the pass before which nothing is due any more. */
  momentMs: z.number().int(),
});
/** Where in the recording it stands. */
type Place = { -readonly [Name in keyof z.infer<typeof placeSchema>]: number };

/**
 * Plays a recording. Event times stay those of the recording in every pass; the due time goes on rising. At the seam of a
 * loop every topic is reset and, where the recording begins with it, restored in the same moment.
 */
export class ReplayFeed implements Feed, Seekable {
  readonly name: string;
  readonly title: string;
  readonly namespaces: readonly ViewerNamespace[];
  readonly source: FeedSource;
  readonly sources: Feed['sources'];
  readonly titles: Feed['titles'];
  readonly staged: Feed['staged'];
  readonly speed: number;
  readonly streams: Feed['streams'];
  readonly startTimeMs: number;
  /** Of one pass, in stream time. */
  readonly durationMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly hasEnd: boolean;
  readonly seekable: Seekable | undefined;
  readonly #rows: RecordedRows;
  readonly #topics: readonly RecordedTopic[];
  readonly #dueTimes: Float64Array;
  readonly #loop: boolean;
  readonly #fingerprint: string | undefined;
  #place: Place;
  /** The one under way. */
  #rewind: Rewind | undefined;

  constructor({ header, updates, fingerprint }: ReplayedRecording, options: ReplayOptions) {
    const { name, speed = header.speed ?? 1, loop = false, fromMs = 0 } = options;
    this.name = name;
    this.title = header.title;
    const rows = Array.isArray(updates) ? new RowList(updates) : (updates as RecordedRows);
    this.#topics = rows.topics();
    this.namespaces = [...new Set(this.#topics.map(({ namespace }) => namespace))];
    this.source = header.origin;
    this.sources = header.origins;
    this.titles = header.titles;
    this.staged = header.staged;
    this.speed = speed;
    this.streams = header.streams;
    this.#rows = rows;
    this.#loop = loop;
    this.hasEnd = !loop;
    this.seekable = rows.length <= SEEKABLE_ROWS ? this : undefined;
    this.#fingerprint = fingerprint;
    const beginMs = header.startTimeMs ?? (rows.length > 0 ? rows.timeMs(0) : 0);
    const { dueTimes, endMs } = dueTimesOf(rows, beginMs, header);
    this.#dueTimes = dueTimes;
    // A pass takes time, or a recording of a single moment would loop for ever in it.
    this.durationMs = Math.max(1, endMs - beginMs);
    this.fromMs = beginMs;
    this.toMs = beginMs + this.durationMs;
    this.startTimeMs = beginMs + Math.min(fromMs, this.durationMs);
    this.#place = { pass: 0, index: 0, rewinding: 0, momentMs: beginMs };
  }

  *opening(): Iterable<NamespacedUpdate> {
    while ((this.#dueTimes[this.#place.index] ?? Infinity) <= this.startTimeMs) {
      yield this.#rows.at(this.#place.index++);
    }
  }

  nextDueMs(): number | undefined {
    const { pass, index, rewinding, momentMs } = this.#place;
    const passedMs = pass * this.durationMs;
    if (rewinding > 0) return momentMs + passedMs;
    const dueMs = this.#dueTimes[index];
    if (dueMs !== undefined) return Math.max(dueMs, momentMs) + passedMs;
    return this.#loop && this.#rows.length > 0 ? this.toMs + passedMs : undefined;
  }

  next(): TimedUpdate | undefined {
    const dueTimeMs = this.nextDueMs();
    if (dueTimeMs === undefined) return undefined;
    const place = this.#place;
    if (place.rewinding === 0 && place.index === this.#rows.length) {
      place.pass++;
      this.#goBack(this.fromMs);
    }
    if (place.rewinding === 0) return timed(this.#rows.at(place.index++), dueTimeMs);
    const rewind = (this.#rewind ??= this.#rewindTo(place.index, place.momentMs));
    return { ...timed(rewind.at(rewind.length - place.rewinding--), dueTimeMs), isRewound: true };
  }

  seek(timeMs: number): void {
    const place = this.#place;
    place.pass = 0;
    // What is half told has to be told again from its beginning.
    if (place.rewinding > 0 || (this.#dueTimes[place.index - 1] ?? -Infinity) > timeMs) this.#goBack(timeMs);
    else place.momentMs = timeMs;
  }

  state(): Json {
    return { ...this.#identity(), ...this.#place };
  }

  restore(state: Json): boolean {
    const identity = this.#identity();
    const parsed = placeSchema.extend(literals(identity)).safeParse(state);
    if (!parsed.success || this.#fingerprint === undefined) return false;
    const { pass, index, rewinding, momentMs } = parsed.data as Place;
    const rewind = rewinding > 0 ? this.#rewindTo(index, momentMs) : undefined;
    if (index > this.#rows.length || rewinding > (rewind?.length ?? 0)) return false;
    this.#place = { pass, index, rewinding, momentMs };
    this.#rewind = rewind;
    return true;
  }

  /** All that decides what comes out. */
  #identity() {
    return { version: 1, recording: this.#fingerprint ?? '', startTimeMs: this.startTimeMs, loop: this.#loop };
  }

  #rewindTo(index: number, timeMs: number): Rewind {
    return new Rewind(index, this.#rows, this.#topics, timeMs);
  }

  #goBack(timeMs: number): void {
    const later = this.#dueTimes.findIndex((dueTimeMs) => dueTimeMs > timeMs);
    const place = this.#place;
    place.index = later < 0 ? this.#dueTimes.length : later;
    place.momentMs = timeMs;
    this.#rewind = this.#rewindTo(place.index, timeMs);
    place.rewinding = this.#rewind.length;
  }
}

function timed({ namespace, update }: NamespacedUpdate, dueTimeMs: number): TimedUpdate {
  return { namespace, update, dueTimeMs };
}

function literals(values: Readonly<Record<string, string | number | boolean>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, z.literal(value)]));
}

/** The recorded times need not rise: an update is due when all before it are, after a pause of at most `longestPauseMs`. */
function dueTimesOf(rows: RecordedRows, beginMs: number, { longestPauseMs = Infinity, endTimeMs }: RecordingHeader) {
  let latestMs = beginMs;
  let dueMs = beginMs;
  const dueAfter = (timeMs: number) => {
    dueMs += Math.min(longestPauseMs, Math.max(0, timeMs - latestMs));
    latestMs = Math.max(latestMs, timeMs);
    return dueMs;
  };
  const dueTimes = Float64Array.from({ length: rows.length }, (_, index) => dueAfter(rows.timeMs(index)));
  return { dueTimes, endMs: dueAfter(endTimeMs ?? beginMs) };
}
