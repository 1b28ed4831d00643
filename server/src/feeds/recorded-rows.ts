import type { NamespacedUpdate, RecordedUpdate } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';

export interface NamedTopic {
  readonly namespace: ViewerNamespace;
  readonly topic: string;
}

/** The updates of a recording, in their order, wherever they are kept. */
export interface RecordedRows {
  readonly length: number;
  /** Of each update, the time of the recording's stream clock. */
  timeMs(index: number): number;
  /** Cheap for one after the other. */
  at(index: number): NamespacedUpdate;
  /** All that are written. */
  topics(): readonly NamedTopic[];
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

  topics(): readonly NamedTopic[] {
    const topics = this.#rows.map(
      ({ namespace, update: { topic } }) => [`${namespace}/${topic}`, { namespace, topic }] as const,
    );
    return [...new Map(topics).values()];
  }
}
