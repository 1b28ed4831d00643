import { matchEventSchema, type MatchEvent } from '@bigboard/shared/sport';
import { parseTopic } from '@bigboard/shared/topic';
import { correctedBy, TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';

/** An event of the timeline as it stands, corrections done. */
export interface TimelineEvent {
  readonly n: number;
  /** Stream time; undefined of what came with the document itself, as history does when a replay starts over. */
  readonly timeMs: number | undefined;
  readonly event: MatchEvent;
}

/** The documents `KIND:ID` of one kind, for whoever derives from whole topics and not from single updates. */
export class FoldedTopics {
  readonly #kind: string;
  /** Removed ones too: whether an entry came with its document can be told only by one that has had its whole life. */
  readonly #documents = new Map<string, TopicDocument>();
  #seq = 0;
  #newestTimeMs = 0;

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Of the newest update. */
  get newestTimeMs(): number {
    return this.#newestTimeMs;
  }

  /** Undefined when there is none, or it is removed. */
  get(id: string): TopicDocument | undefined {
    const document = this.#documents.get(id);
    return document?.removed ? undefined : document;
  }

  /** @returns the topic's id; undefined when the update is about something else */
  fold(update: Update): string | undefined {
    const { kind, id } = parseTopic(update.topic);
    if (kind !== this.#kind || id === undefined) return undefined;
    const document = this.#documents.get(id) ?? new TopicDocument(update.topic, this.#seq);
    this.#documents.set(id, document);
    document.apply(update, ++this.#seq);
    this.#newestTimeMs = update.time;
    return id;
  }

  /** Goes on from copies. @returns the ids of those there are */
  restore(documents: ReadonlyMap<string, TopicDocument>): readonly string[] {
    const ids: string[] = [];
    for (const [topic, document] of documents) {
      const { kind, id } = parseTopic(topic);
      if (kind !== this.#kind || id === undefined) continue;
      this.#documents.set(id, TopicDocument.restore(document.state()));
      if (document.seq > this.#seq) this.#newestTimeMs = document.time;
      this.#seq = Math.max(this.#seq, document.seq);
      ids.push(id);
    }
    return ids;
  }
}

/** Its timeline, oldest first. What is no event of a match is left out: an adopter's log may carry anything. */
export function readTimeline({ log, numberedSince }: TopicDocument): TimelineEvent[] {
  const timeline: TimelineEvent[] = [];
  for (const { n, time, entry, seq } of log) {
    if (correctedBy(entry) !== undefined) continue;
    const read = matchEventSchema.safeParse(entry);
    if (!read.success) continue;
    timeline.push({ n, timeMs: seq === numberedSince ? undefined : time, event: read.data });
  }
  return timeline;
}
