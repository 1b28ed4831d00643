import type { FeedSource } from '@bigboard/shared/directory';
import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import type { Update } from '@bigboard/shared/update';
import type { Feed, TimedUpdate } from './feed.ts';

export interface ReplayOptions {
  /** The feed's name: `[A-Za-z0-9._-]`. */
  readonly name: string;
  /** Stream milliseconds a wall millisecond; the recording's own speed, or 1, when absent. */
  readonly speed?: number;
  /** At the end it begins again. */
  readonly loop?: boolean;
  /** Where to begin, milliseconds of stream time after the recording's start. */
  readonly fromMs?: number;
}

/**
 * Plays a recording. Event times stay those of the recording in every pass; the due time goes on rising. At the seam of a
 * loop every topic is reset and, where the recording begins with it, restored in the same moment.
 */
export class ReplayFeed implements Feed {
  readonly name: string;
  readonly title: string;
  readonly source: FeedSource;
  readonly sources: Feed['sources'];
  readonly staged: boolean;
  readonly speed: number;
  readonly startTimeMs: number;
  /** Of one pass, in stream time. */
  readonly durationMs: number;
  readonly #updates: readonly NamespacedUpdate[];
  readonly #dueTimes: readonly number[];
  readonly #loop: boolean;
  readonly #beginMs: number;
  #seam: readonly NamespacedUpdate[] | undefined;
  /** Stream time added to this pass. */
  #passMs = 0;
  #index = 0;
  /** What is left of a seam, to be played before the rest of the pass. */
  #restoring: NamespacedUpdate[] = [];

  constructor(
    { header, updates }: { header: RecordingHeader; updates: readonly NamespacedUpdate[] },
    options: ReplayOptions,
  ) {
    const { name, speed = header.speed ?? 1, loop = false, fromMs = 0 } = options;
    this.name = name;
    this.title = header.title;
    this.source = header.origin;
    this.sources = header.origins;
    this.staged = header.staged ?? false;
    this.speed = speed;
    this.#updates = updates;
    this.#loop = loop;
    this.#beginMs = header.startTimeMs ?? updates[0]?.update.time ?? 0;
    const times = [...updates.map(({ update }) => update.time), header.endTimeMs ?? this.#beginMs];
    const dueTimes = dueTimesOf(times, this.#beginMs, header.longestPauseMs ?? Infinity);
    this.#dueTimes = dueTimes.slice(0, -1);
    // A pass takes time, or a recording of a single moment would loop for ever in it.
    this.durationMs = Math.max(1, (dueTimes.at(-1) as number) - this.#beginMs);
    this.startTimeMs = this.#beginMs + Math.min(fromMs, this.durationMs);
  }

  *opening(): Iterable<NamespacedUpdate> {
    for (; (this.#dueTimes[this.#index] ?? Infinity) <= this.startTimeMs; this.#index++) {
      yield this.#updates[this.#index] as NamespacedUpdate;
    }
  }

  next(): TimedUpdate | undefined {
    const restored = this.#restoring.shift();
    if (restored !== undefined) return { ...restored, dueTimeMs: this.#beginMs + this.#passMs };
    const recorded = this.#updates[this.#index];
    if (recorded !== undefined) {
      const dueTimeMs = (this.#dueTimes[this.#index] as number) + this.#passMs;
      this.#index++;
      return { ...recorded, dueTimeMs };
    }
    if (!this.#loop || this.#updates.length === 0) return undefined;
    this.#passMs += this.durationMs;
    this.#seam ??= seamOf(this.#updates.slice(0, this.#countAtBegin()), this.#updates, this.#beginMs);
    this.#restoring = [...this.#seam];
    this.#index = this.#countAtBegin();
    return this.next();
  }

  #countAtBegin(): number {
    const later = this.#dueTimes.findIndex((dueTimeMs) => dueTimeMs > this.#beginMs);
    return later < 0 ? this.#dueTimes.length : later;
  }
}

/** Event times need not rise: an update is due when all before it are, after a pause of at most `longestPauseMs`. */
function dueTimesOf(times: readonly number[], beginMs: number, longestPauseMs: number): number[] {
  let latestMs = beginMs;
  let dueMs = beginMs;
  return times.map((timeMs) => {
    dueMs += Math.min(longestPauseMs, Math.max(0, timeMs - latestMs));
    latestMs = Math.max(latestMs, timeMs);
    return dueMs;
  });
}

/** What is played in the moment a pass begins anew, so that nothing of the last pass is left over. */
function seamOf(
  beginning: readonly NamespacedUpdate[],
  all: readonly NamespacedUpdate[],
  beginMs: number,
): NamespacedUpdate[] {
  const written = new Map(all.map((row) => [keyOf(row), row]));
  const restored: NamespacedUpdate[] = [];
  for (const row of beginning) {
    // The first update of a topic brings the reset with it, so that nobody sees the topic gone in between.
    restored.push(written.delete(keyOf(row)) ? { ...row, update: { ...row.update, reset: true } } : row);
  }
  const removed = [...written.values()].map(({ namespace, update: { topic } }): NamespacedUpdate => {
    const update: Update = { topic, time: beginMs, reset: true };
    return { namespace, update };
  });
  return [...removed, ...restored];
}

function keyOf({ namespace, update }: NamespacedUpdate): string {
  return `${namespace}/${update.topic}`;
}
