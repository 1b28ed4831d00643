import { SINCE_NOTHING, type Delta } from '@bigboard/shared/delta';
import { deltaSince, encodeDeltaSince } from '@bigboard/shared/delta-encoder';
import type { Seq } from '@bigboard/shared/position';
import type { Hub, TopicChange } from './hub.ts';

/** A topic the namespace no longer has, as its holders are told: it replaces everything by nothing. */
function removedDelta(topic: string): Delta {
  return [topic, 0, 0, 0, 2];
}

/** What a reader of `topic` lacks since `since`. */
export function deltaOf(hub: Hub, topic: string, since: Seq): Delta {
  const document = hub.documents.get(topic);
  return document === undefined ? removedDelta(topic) : deltaSince(document, since);
}

/** Whether `deltaOf` would bring anything. */
export function hasChanged(hub: Hub, topic: string, since: Seq): boolean {
  const document = hub.documents.get(topic);
  return document === undefined ? since === SINCE_NOTHING : document.seq > since;
}

/** Encoded deltas joined by commas. */
export interface Joined {
  /** Empty when nothing changed. */
  readonly json: string;
  /**
   * One of them replaces what the reader has: only for readers that stand at `since` exactly. One who is further may have
   * had the reset that made it full, and would be told of every entry as new once more.
   */
  readonly isFull: boolean;
}

/**
 * The encoded deltas of one flush. All readers that were up to date before a topic's first change in it get the same
 * piece, wherever exactly they stand; it is encoded once.
 */
export class Pieces {
  readonly #hub: Hub;
  readonly #changes: ReadonlyMap<string, TopicChange>;
  readonly #encoded = new Map<string, string>();

  constructor(hub: Hub, changes: ReadonlyMap<string, TopicChange>) {
    this.#hub = hub;
    this.#changes = changes;
  }

  /** What changed in `topics` since `since`. */
  join(topics: Iterable<string>, since: Seq): Joined {
    const pieces: string[] = [];
    let isFull = false;
    for (const topic of topics) {
      if (!hasChanged(this.#hub, topic, since)) continue;
      pieces.push(this.#piece(topic, since));
      if ((this.#hub.documents.get(topic)?.fullSince(since) ?? 0) !== 0) isFull = true;
    }
    return { json: pieces.join(), isFull };
  }

  #piece(topic: string, since: Seq): string {
    const document = this.#hub.documents.get(topic);
    if (document === undefined) return JSON.stringify(removedDelta(topic));
    const before = this.#changes.get(topic)?.before ?? Infinity;
    const isShared = since >= before && document.fullSince(since) === document.fullSince(before);
    const base = isShared ? before : since;
    const key = `${base} ${topic}`;
    const known = this.#encoded.get(key);
    if (known !== undefined) return known;
    const piece = encodeDeltaSince(document, base);
    this.#encoded.set(key, piece);
    return piece;
  }
}
