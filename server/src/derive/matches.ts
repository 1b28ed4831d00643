import { matchEventSchema, type MatchEvent } from '@bigboard/shared/sport';
import { parseTopic } from '@bigboard/shared/topic';
import { correctedBy, TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';

export interface FoldedMatch {
  readonly id: string;
  readonly document: TopicDocument;
}

/** An event of the timeline as it stands, corrections done. */
export interface TimelineEvent {
  readonly n: number;
  /** Stream time; undefined of what came with the document itself, as history does when a replay starts over. */
  readonly timeMs: number | undefined;
  readonly event: MatchEvent;
}

/** The `match:ID` documents, for whoever derives from whole matches and not from single updates. */
export class MatchDocuments {
  readonly #documents = new Map<string, TopicDocument>();
  #seq = 0;

  /** @returns the match as it is after the update; undefined when the update is about something else */
  fold(update: Update): FoldedMatch | undefined {
    const { kind, id } = parseTopic(update.topic);
    if (kind !== 'match' || id === undefined) return undefined;
    const document = this.#documents.get(id) ?? new TopicDocument(update.topic, this.#seq);
    document.apply(update, ++this.#seq);
    if (document.removed) this.#documents.delete(id);
    else this.#documents.set(id, document);
    return { id, document };
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
