import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { RETAINED_UPDATES } from './batch-window.ts';
import { emptyLogs } from './namespace-log.ts';
import { testStore } from './store.contract.ts';

function openStore(clock = new ManualClock()): MemoryStore {
  let count = 0;
  return new MemoryStore(
    clock,
    emptyLogs(() => `epoch-${++count}`),
  );
}

testStore('the store in memory', async () => ({ store: openStore(), retainedUpdates: RETAINED_UPDATES }));

test('stamps a batch with the wall clock', async () => {
  const clock = new ManualClock(1_000);
  clock.advance(5);
  const batch = await openStore(clock).append('sports', { producer: 'p', updates: [] });
  expect(batch.acceptedAtMs).toBe(1_005);
});
