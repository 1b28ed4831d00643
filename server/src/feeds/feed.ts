import type { FeedSource } from '@bigboard/shared/directory';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';

/** What a feed is, told to viewers in `feed:NAME`. */
export interface FeedDescription {
  /** `[A-Za-z0-9._-]`, unique in the process: the id in `feed:NAME` and the producer's name in the log. */
  readonly name: string;
  readonly title: string;
  readonly source: FeedSource;
  /** Where what it tells in one namespace is of another source. */
  readonly sources?: Readonly<Partial<Record<ViewerNamespace, FeedSource>>>;
  readonly staged?: boolean;
  /** Stream milliseconds a wall millisecond. */
  readonly speed: number;
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
   * The next update and the stream time at which it is due, which never falls; undefined when the feed is over. The due
   * time is apart from `update.time` because a recording's event times need not rise.
   */
  next(): TimedUpdate | undefined;
}

export interface TimedUpdate extends NamespacedUpdate {
  readonly dueTimeMs: number;
}
