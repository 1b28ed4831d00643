import type { Seq } from '@bigboard/shared/position';
import type { Reader } from './reader.ts';

/** Readers that hold the same topics at the same pace: those of them that are up to date share one encoded frame. */
export class Cohort {
  readonly key: string;
  readonly topics: ReadonlySet<string>;
  readonly maxPerSecond: number | undefined;
  readonly readers = new Set<Reader>();
  /** Readers that were passed over by a shared frame and have to be looked at even when nothing new comes. */
  readonly due = new Set<Reader>();
  /** Where the next shared frame begins: the last `to` sent to this cohort. */
  sentTo: Seq;
  /** The newest update of any of its topics. */
  changedTo: Seq;
  /** Wall clock at which the store accepted the oldest update no shared frame has carried yet. */
  pendingSinceMs: number | undefined;
  /** Monotonic: no shared frame before. */
  nextFrameAtMs: number;

  constructor(key: string, topics: ReadonlySet<string>, maxPerSecond: number | undefined, sentTo: Seq, changedTo: Seq) {
    this.key = key;
    this.topics = topics;
    this.maxPerSecond = maxPerSecond;
    this.sentTo = sentTo;
    this.changedTo = changedTo;
    this.nextFrameAtMs = frameIntervalMs(maxPerSecond) === Infinity ? Infinity : 0;
  }

  get isPaused(): boolean {
    return this.maxPerSecond === 0;
  }
}

export function cohortKey(topics: ReadonlySet<string>, maxPerSecond: number | undefined): string {
  return `${maxPerSecond ?? ''}|${[...topics].sort().join()}`;
}

/** Between two frames at this pace: none when no pace was asked, forever when paused. */
export function frameIntervalMs(maxPerSecond: number | undefined): number {
  if (maxPerSecond === undefined) return 0;
  return maxPerSecond === 0 ? Infinity : 1_000 / maxPerSecond;
}
