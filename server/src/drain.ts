import type { Clock } from './clock.ts';

/** Those who leave come back to other instances, which take them one by one more easily than all at once. */
const SPREAD_MS = 5_000;
/** A handful need not wait so long: each adds this much, up to the whole spread. */
const SPREAD_EACH_MS = 100;
const BATCH_MS = 100;

/** Somebody to be sent away. */
export interface Leaver {
  /** Told first, and once: when it should come back. It is closed at about that time. */
  tell(retryInMs: number): void;
  /** Asks nothing of the peer, which may be dead. */
  close(): void;
}

/**
 * Sends everybody away, each at a moment of its own, spread evenly over a few seconds in an order left to chance. All are
 * told at once.
 * @param ready nobody is closed before: somebody may still wait for an answer
 * @param random 0 to 1
 */
export async function drain(
  leavers: readonly Leaver[],
  ready: Promise<unknown>,
  clock: Clock,
  random: () => number,
): Promise<void> {
  const spreadMs = Math.min(SPREAD_MS, leavers.length * SPREAD_EACH_MS);
  const slotMs = spreadMs / leavers.length;
  const beganMs = clock.monotonicMs();
  const leaving = shuffled(leavers, random).map((leaver, index) => {
    const afterMs = Math.round((index + random()) * slotMs);
    leaver.tell(afterMs);
    return { leaver, afterMs };
  });
  await ready;
  while (leaving.length > 0) {
    await new Promise<void>((done) => clock.after(BATCH_MS, done));
    const passedMs = clock.monotonicMs() - beganMs;
    while (leaving[0] !== undefined && leaving[0].afterMs <= passedMs) leaving.shift()?.leaver.close();
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as Item, order[last] as Item];
  }
  return order;
}
