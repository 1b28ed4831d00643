import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { RecordedRows } from './recorded-rows.ts';

/**
 * What is played in one moment to leave viewers with just the first `count` updates of a recording, whatever of it they
 * have: topics not among them are removed, the others begin anew.
 * @param timeMs event time of the removals
 */
export function rewindTo(count: number, rows: RecordedRows, timeMs: number): NamespacedUpdate[] {
  const written = new Map(rows.topics().map((named) => [`${named.namespace}/${named.topic}`, named]));
  const restored: NamespacedUpdate[] = [];
  for (let index = 0; index < count; index++) {
    const row = rows.at(index);
    // The first update of a topic brings the reset with it, so that nobody sees the topic gone in between.
    const isFirst = written.delete(`${row.namespace}/${row.update.topic}`);
    restored.push(isFirst ? { ...row, update: { ...row.update, reset: true } } : row);
  }
  const removed = [...written.values()].map(({ namespace, topic }): NamespacedUpdate => {
    return { namespace, update: { topic, time: timeMs, reset: true } };
  });
  return [...removed, ...restored];
}
