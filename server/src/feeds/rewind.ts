import type { NamespacedUpdate } from '@bigboard/shared/recording';

/**
 * What is played in one moment to leave viewers with just the first `count` updates of a recording, whatever of it they
 * have: topics not among them are removed, the others begin anew.
 * @param timeMs event time of the removals
 */
export function rewindTo(count: number, updates: readonly NamespacedUpdate[], timeMs: number): NamespacedUpdate[] {
  const written = new Map(updates.map((row) => [keyOf(row), row]));
  const restored: NamespacedUpdate[] = [];
  for (const row of updates.slice(0, count)) {
    // The first update of a topic brings the reset with it, so that nobody sees the topic gone in between.
    restored.push(written.delete(keyOf(row)) ? { ...row, update: { ...row.update, reset: true } } : row);
  }
  const removed = [...written.values()].map(({ namespace, update: { topic } }): NamespacedUpdate => {
    return { namespace, update: { topic, time: timeMs, reset: true } };
  });
  return [...removed, ...restored];
}

function keyOf({ namespace, update }: NamespacedUpdate): string {
  return `${namespace}/${update.topic}`;
}
