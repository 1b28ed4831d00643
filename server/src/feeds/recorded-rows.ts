import type { NamespacedUpdate, RecordedUpdate } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';

export interface NamedTopic {
  readonly namespace: ViewerNamespace;
  readonly topic: string;
}

export interface RecordedTopic extends NamedTopic {
  /** Of its first update. */
  readonly firstIndex: number;
}

/** The updates of a recording, in their order, wherever they are kept. */
export interface RecordedRows {
  readonly length: number;
  /** Of each update, the time of the recording's stream clock. */
  timeMs(index: number): number;
  /** Cheap for one after the other. */
  at(index: number): NamespacedUpdate;
  /** All that are written, in the order of their first updates. */
  topics(): readonly RecordedTopic[];
}

/** In memory. */
export class RowList implements RecordedRows {
  readonly #rows: readonly RecordedUpdate[];

  constructor(rows: readonly RecordedUpdate[]) {
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  timeMs(index: number): number {
    const { update, dueMs = update.time } = this.#rows[index] as RecordedUpdate;
    return dueMs;
  }

  at(index: number): NamespacedUpdate {
    const { namespace, update } = this.#rows[index] as RecordedUpdate;
    return { namespace, update };
  }

  topics(): readonly RecordedTopic[] {
    const topics = new Map<string, RecordedTopic>();
    this.#rows.forEach(({ namespace, update: { topic } }, firstIndex) => {
      const key = `${namespace}/${topic}`;
      if (!topics.has(key)) topics.set(key, { namespace, topic, firstIndex });
    });
    return [...topics.values()];
  }
}
