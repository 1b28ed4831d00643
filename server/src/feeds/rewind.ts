import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { RecordedRows, RecordedTopic } from './recorded-rows.ts';

/**
 * What is played in one moment to leave viewers with just the first `count` updates of a recording, whatever of it they
 * have: topics not among them are removed, the others begin anew. Each is read only when it is asked for: to read them all
 * in one turn would hold up everybody else for seconds.
 */
export class Rewind {
  readonly length: number;
  readonly #rows: RecordedRows;
  readonly #timeMs: number;
  readonly #removed: readonly RecordedTopic[];
  readonly #firsts: ReadonlySet<number>;

  /**
   * @param topics of all the rows
   * @param timeMs event time of the removals
   */
  constructor(count: number, rows: RecordedRows, topics: readonly RecordedTopic[], timeMs: number) {
    this.#rows = rows;
    this.#timeMs = timeMs;
    this.#removed = topics.filter(({ firstIndex }) => firstIndex >= count);
    this.#firsts = new Set(topics.map(({ firstIndex }) => firstIndex));
    this.length = this.#removed.length + count;
  }

  at(index: number): NamespacedUpdate {
    const removed = this.#removed[index];
    if (removed !== undefined) {
      const { namespace, topic } = removed;
      return { namespace, update: { topic, time: this.#timeMs, reset: true } };
    }
    const rowIndex = index - this.#removed.length;
    const row = this.#rows.at(rowIndex);
    // The first update of a topic brings the reset with it, so that nobody sees the topic gone in between.
    return this.#firsts.has(rowIndex) ? { ...row, update: { ...row.update, reset: true } } : row;
  }
}
