import type { Update } from '@bigboard/shared/update';
import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import type { AppendedBatch, NamespaceState } from '../store/store.ts';
import { Hub } from './hub.ts';
import { Intake, type LogReader } from './intake.ts';

const UPDATE: Update = { topic: 'quote:ACME', time: 1, fields: { last: 1 }, log: [1] };

let clock: ManualClock;
let store: MemoryStore;
let hub: Hub;
let intake: Intake;
let observed: string[];
/** What the intake reads instead of the store. */
let log: LogReader;

async function open(epoch = 'first'): Promise<NamespaceState> {
  store = new MemoryStore(
    clock,
    emptyLogs(() => epoch),
  );
  return store.load('markets');
}

async function append(count = 1): Promise<AppendedBatch> {
  return store.append('markets', { producer: 'p', updates: Array.from({ length: count }, () => UPDATE) });
}

/** Promises that wait for nothing but their turn take it. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

beforeEach(async () => {
  clock = new ManualClock();
  hub = new Hub(await open());
  observed = [];
  log = {
    readAfter: (namespace, seq) => store.readAfter(namespace, seq),
    load: (namespace) => store.load(namespace),
  };
  const reader: LogReader = {
    readAfter: (namespace, seq) => log.readAfter(namespace, seq),
    load: (namespace) => log.load(namespace),
  };
  intake = new Intake(hub, 'markets', reader, clock, {
    applied: ({ from, to }) => observed.push(`${from}-${to}`),
    replaced: (isNewEpoch) => observed.push(isNewEpoch ? 'new epoch' : 'replaced'),
    repaired: () => observed.push('repaired'),
    repairFailed: () => observed.push('failed'),
  });
});

test('takes batches in order, and each once', async () => {
  const [first, second] = [await append(), await append(2)];
  for (const batch of [first, first, second, first]) intake.receive(batch);
  expect(observed).toEqual(['0-1', '1-3']);
  expect(hub.seq).toBe(3);
  expect(clock.pendingCount).toBe(0);
});

test('takes only the rest of a batch that overlaps', async () => {
  const [first, second] = [await append(), await append()];
  intake.receive(first);
  intake.receive({ ...second, from: 0, updates: [UPDATE, UPDATE] });
  expect(hub.seq).toBe(2);
  expect(hub.documents.get('quote:ACME')?.lastEntry).toBe(2);
});

test('waits 50 ms for a batch that was overtaken, and asks the store for nothing when it comes', async () => {
  const [first, second, third] = [await append(), await append(), await append()];
  intake.receive(third);
  intake.receive(second);
  await pass(49);
  intake.receive(first);
  await pass(1_000);
  expect(observed).toEqual(['0-1', '1-2', '2-3']);
});

test('reads from the store what does not come', async () => {
  await append();
  await append();
  const third = await append();
  intake.receive(third);
  await pass(49);
  expect(hub.seq).toBe(0);
  await pass(1);
  expect(observed).toEqual(['0-1', '1-2', '2-3', 'repaired']);
  expect(clock.pendingCount).toBe(0);
});

test('loads the namespace anew when the log no longer reaches back', async () => {
  await append(3);
  const last = await append();
  log = { ...log, readAfter: async () => undefined };
  intake.receive(last);
  await pass(50);
  expect(observed).toEqual(['replaced', 'repaired']);
  expect(hub.seq).toBe(4);
});

test('loads the namespace anew in a new epoch, and forgets what it held of the old one', async () => {
  await append(2);
  const ofOldEpoch = await append();
  intake.receive(ofOldEpoch);
  await open('second');
  const ofNewEpoch = await append(5);
  intake.receive(ofNewEpoch);
  await pass(50);
  expect(observed).toEqual(['new epoch', 'repaired']);
  expect([hub.epoch, hub.seq]).toEqual(['second', 5]);
  await pass(2_000);
  expect(clock.pendingCount).toBe(0);
});

test('an empty batch at the head of the log shows a lost last batch', async () => {
  const last = await append(2);
  intake.receive({ ...last, from: 2, updates: [] });
  await pass(50);
  expect(hub.seq).toBe(2);
});

test('tries again each second while the store is away', async () => {
  await append();
  const second = await append();
  const inOrder = log;
  log = { ...log, readAfter: () => Promise.reject(new Error('away')) };
  intake.receive(second);
  await pass(50);
  await pass(1_000);
  expect(observed).toEqual(['failed', 'failed']);
  log = inOrder;
  await pass(999);
  expect(hub.seq).toBe(0);
  await pass(1);
  expect(hub.seq).toBe(2);
});

test('takes nothing more once stopped, not even what a repair under way brings', async () => {
  await append();
  const second = await append();
  intake.receive(second);
  clock.advance(50);
  intake.stop();
  await settle();
  intake.receive(second);
  await pass(5_000);
  expect(hub.seq).toBe(0);
  expect(clock.pendingCount).toBe(0);
});

test('takes the namespace as the store holds it anew, without waiting for a batch to tell', async () => {
  intake.receive(await append(3));
  await open('second');
  await append(1);
  intake.replaced();
  intake.receive(await append(1));
  await settle();
  expect(observed).toEqual(['0-3', 'new epoch', '1-2', 'repaired']);
  expect([hub.epoch, hub.seq]).toEqual(['second', 2]);
  expect(clock.pendingCount).toBe(0);
});

test('tries again to take it when the store cannot give it, and once more when it was replaced meanwhile', async () => {
  const inOrder = log;
  log = { ...log, load: () => Promise.reject(new Error('away')) };
  intake.replaced();
  await settle();
  await open('second');
  let load: (() => void) | undefined;
  log = {
    ...inOrder,
    load: async (namespace) => {
      const state = await store.load(namespace);
      await new Promise<void>((resolve) => (load = resolve));
      return state;
    },
  };
  await pass(1_000);
  await open('third');
  log = inOrder;
  intake.replaced();
  load?.();
  await settle();
  await pass(0);
  expect(observed).toEqual(['failed', 'new epoch', 'repaired', 'new epoch', 'repaired']);
  expect(hub.epoch).toBe('third');
});
