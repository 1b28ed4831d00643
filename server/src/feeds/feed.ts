import type { FeedSource } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';

/** What a feed is, told to viewers in `feed:NAME`. */
export interface FeedDescription {
  /** `[A-Za-z0-9._-]`, unique in the process: the id in `feed:NAME` and the producer's name in the log. */
  readonly name: string;
  readonly title: string;
  /** Those it writes to. */
  readonly namespaces: readonly ViewerNamespace[];
  readonly source: FeedSource;
  /** Where what it tells in one namespace is of another source. */
  readonly sources?: Readonly<Partial<Record<ViewerNamespace, FeedSource>>>;
  readonly titles?: RecordingHeader['titles'];
  /** The times are arranged, everywhere or in the namespaces named. */
  readonly staged?: RecordingHeader['staged'];
  /** Stream milliseconds a wall millisecond; 0 is as fast as it goes. */
  readonly speed: number;
  /** Where the event times of a namespace go by a clock of their own, and not by the stream's. */
  readonly streams?: RecordingHeader['streams'];
}

/**
 * A source of updates in stream time. It is pure: it reads no clock and sleeps never; the runner asks for what is due.
 * The same construction yields the same updates, byte for byte.
 */
export interface Feed extends FeedDescription {
  /** Stream time at which `next` begins; the past lies before it. */
  readonly startTimeMs: number;
  /** What a viewer finds on arrival: history and the state at `startTimeMs`. Asked for once, before the first `next`. */
  opening(): Iterable<NamespacedUpdate>;
  /**
   * When the next update is due, in stream time; undefined when the feed is over. It never falls, but for a `seek`. It is
   * apart from `update.time` because a recording's event times need not rise.
   */
  nextDueMs(): number | undefined;
  next(): TimedUpdate | undefined;
  /** All that is needed to go on from here byte for byte. Before the opening was asked for, it brings the opening back. */
  state(): Json;
  /**
   * Goes to where a state was taken, of this feed or of another one made alike.
   * @returns false, and nothing is changed, when the state is no such: of another seed, other options, another recording
   */
  restore(state: Json): boolean;
  /** It comes to an end by itself: only then may it be played as fast as it goes. */
  readonly hasEnd: boolean;
  /** Absent where one can only wait for what comes. */
  readonly seekable?: Seekable;
}

/** A feed that can go to any moment of itself. */
export interface Seekable {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * What `next` brings first is due at `timeMs`, and leaves viewers with what there was at that moment: forward it is what
   * lies between, backward everything anew.
   * @param timeMs stream time from `fromMs` to `toMs`
   */
  seek(timeMs: number): void;
}

export interface TimedUpdate extends NamespacedUpdate {
  readonly dueTimeMs: number;
  /** It brings back what there was, as at the seam of a loop, and tells nothing new. */
  readonly isRewound?: true;
}
