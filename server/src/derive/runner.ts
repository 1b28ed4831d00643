import type { Update } from '@bigboard/shared/update';
import type { Board } from '../hub/board.ts';
import type { Logger } from '../logger.ts';
import type { AppendedBatch, Store } from '../store/store.ts';
import type { Deriver } from './deriver.ts';

/** Feeds a deriver every batch of its namespace but its own, and appends what follows from it to the log. */
export function runDeriver(deriver: Deriver, board: Board, store: Store, log: Logger): void {
  // No feed has a colon in its name: one that was called like a deriver would be taken for its output and left out.
  const producer = `derived:${deriver.name}`;
  const append = (updates: readonly Update[]) => {
    if (updates.length === 0) return;
    store.append(deriver.namespace, { producer, updates }).catch((error: unknown) => {
      log.error({ err: error, deriver: deriver.name }, 'derived updates were not stored');
    });
  };
  board.onApplied((batch) => {
    if (batch.producer === producer) return;
    append(derive(deriver, batch, log));
  });
}

function derive(deriver: Deriver, { updates, producer }: AppendedBatch, log: Logger): Update[] {
  const derived: Update[] = [];
  // One update it cannot make sense of must not end what it derives from all the others.
  const attempt = (derivation: () => readonly Update[], topic?: string) => {
    try {
      derived.push(...derivation());
    } catch (error) {
      log.error({ err: error, deriver: deriver.name, topic }, 'an update could not be derived from');
    }
  };
  for (const update of updates) attempt(() => deriver.fold(update, producer), update.topic);
  const streamTimeMs = updates.at(-1)?.time;
  if (streamTimeMs !== undefined) attempt(() => deriver.settle(streamTimeMs));
  return derived;
}
