import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { PerNamespace } from './checkpoint.ts';
import type { Feed, TimedUpdate } from './feed.ts';

interface Newest {
  readonly timeMs: number;
  /** When it was due; absent when that is not known any more. */
  readonly dueTimeMs?: number;
  readonly isRewound?: true | undefined;
}

/**
 * The event time of a feed's newest update in each namespace: a viewer runs its clocks from there. What is due in one moment,
 * such as all that a capture begins with, is in no order of time, and the latest of it counts.
 */
export class EventTimes {
  readonly #feed: Feed;
  readonly #newest = new Map<ViewerNamespace, Newest>();

  constructor(feed: Feed) {
    this.#feed = feed;
    this.startOver();
  }

  newest(): PerNamespace<number> {
    const { startTimeMs } = this.#feed;
    const timeOf = (namespace: ViewerNamespace) => this.#newest.get(namespace)?.timeMs ?? startTimeMs;
    return { markets: timeOf('markets'), sports: timeOf('sports') };
  }

  startOver(): void {
    this.#newest.clear();
    const { streams = {}, startTimeMs } = this.#feed;
    for (const namespace of VIEWER_NAMESPACES) {
      const stream = streams[namespace];
      if (stream !== undefined) this.#newest.set(namespace, { timeMs: stream.timeMs, dueTimeMs: startTimeMs });
    }
  }

  goOnFrom(times: PerNamespace<number>): void {
    for (const namespace of VIEWER_NAMESPACES) {
      this.#newest.set(namespace, { timeMs: times[namespace] });
    }
  }

  take({ namespace, update, dueTimeMs, isRewound }: TimedUpdate): void {
    const { time, reset, fields, log } = update;
    // The removals of a rewind have the time of the stream, whatever clock the namespace goes by.
    if (reset === true && fields === undefined && log === undefined) return;
    const known = this.#newest.get(namespace);
    const isSameMoment = known?.dueTimeMs === dueTimeMs && known.isRewound === isRewound;
    this.#newest.set(namespace, { timeMs: isSameMoment ? Math.max(known.timeMs, time) : time, dueTimeMs, isRewound });
  }
}
