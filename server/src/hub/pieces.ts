import { deltaSince, encodeDeltaSince, SINCE_NOTHING, type Delta } from '@bigboard/shared/delta';
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
   * Only readers below it may be given this. A full delta is for those who have not had the reset that made it full: to
   * anybody else it would present every entry as new once more.
   */
  readonly below: Seq;
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
    let below = Infinity;
    for (const topic of topics) {
      if (!hasChanged(this.#hub, topic, since)) continue;
      pieces.push(this.#piece(topic, since));
      const document = this.#hub.documents.get(topic);
      const full = document?.fullSince(since) ?? 0;
      if (document !== undefined && full !== 0) {
        below = Math.min(below, full === 2 ? document.numberedSince : document.floor);
      }
    }
    return { json: pieces.join(), below };
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
