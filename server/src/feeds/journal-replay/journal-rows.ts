import { DocumentRows } from '@bigboard/shared/document-rows';
import { COMPUTED_KINDS } from '@bigboard/shared/kinds';
import { readUpdate, type NamespacedUpdate } from '@bigboard/shared/recording';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { parseTopic, VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { parseLine } from '../../journal/line.ts';
import type { RecordedRows, RecordedTopic } from '../recorded-rows.ts';
import { keyOf, SEGMENT_SPAN, type JournalIndex } from './journal-index.ts';
import { LineFile } from './line-file.ts';

/**
 * The updates of a journal: first those that bring what was there at its beginning, which are in memory, then what was
 * stored, read from the segments when it is asked for.
 */
export class JournalRows implements RecordedRows {
  readonly #index: JournalIndex;
  readonly #segments: readonly LineFile[];
  readonly #opening: readonly NamespacedUpdate[];
  readonly #made = new Map<ViewerNamespace, DocumentRows>(VIEWER_NAMESPACES.map((name) => [name, new DocumentRows()]));

  /** @param paths of the segments */
  constructor(index: JournalIndex, paths: readonly string[]) {
    this.#index = index;
    this.#segments = paths.map((path) => new LineFile(path));
    this.#opening = index.documents
      .filter(({ state }) => !COMPUTED_KINDS.has(parseTopic(state.topic).kind) && !state.removed)
      .flatMap(({ namespace, state }) => {
        const document = TopicDocument.restore(state);
        const change = { topic: state.topic, document, full: 2, news: document.log, removed: false } as const;
        const updates = this.#made.get(namespace)?.rowsOf(change) ?? [];
        return updates.map((update): NamespacedUpdate => ({ namespace, update }));
      });
  }

  get length(): number {
    return this.#opening.length + this.#index.places.length;
  }

  timeMs(index: number): number {
    return index < this.#opening.length ? this.#index.beganAtMs : this.#index.times.at(index - this.#opening.length);
  }

  at(index: number): NamespacedUpdate {
    const opened = this.#opening[index];
    if (opened !== undefined) return opened;
    const stored = index - this.#opening.length;
    const place = this.#index.places.at(stored);
    const segment = Math.floor(place / SEGMENT_SPAN);
    const bytes = (this.#segments[segment] as LineFile).lineAt(place - segment * SEGMENT_SPAN);
    const { seq: _seq, id: _id, crc: _crc, ...line } = parseLine(bytes);
    const { namespace, update } = readUpdate(line, segment + 1);
    const firstReset = this.#index.firstResets.get(keyOf({ namespace, topic: update.topic })) ?? Infinity;
    if (update.log === undefined || stored >= firstReset) return { namespace, update };
    const log = update.log.map((entry) => this.#made.get(namespace)?.followingEntry(update.topic, entry) ?? entry);
    return { namespace, update: { ...update, log } };
  }

  topics(): readonly RecordedTopic[] {
    const topics = new Map<string, RecordedTopic>();
    const add = (topic: RecordedTopic) => topics.has(keyOf(topic)) || topics.set(keyOf(topic), topic);
    this.#opening.forEach(({ namespace, update: { topic } }, firstIndex) => add({ namespace, topic, firstIndex }));
    for (const topic of this.#index.topics.values()) {
      add({ ...topic, firstIndex: this.#opening.length + topic.firstIndex });
    }
    return [...topics.values()];
  }
}
