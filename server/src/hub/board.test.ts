import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import { Board, type BoardObserver } from './board.ts';

const unobserved: BoardObserver = {
  updatesApplied: () => undefined,
  flushed: () => undefined,
  repaired: () => undefined,
  repairFailed: () => undefined,
};
const status = { title: 'Lab', state: 'running', source: 'live', speed: 1, lastEventTime: 1, leader: 'this instance' };
const ofItself = { producer: 'pushed:lab', updates: [{ topic: 'feed:lab', time: 1, fields: status }] };
const data = { producer: 'pushed:lab:meter', updates: [{ topic: 'meter:1', time: 2, fields: { value: 1 } }] };

async function openBoard(clock: ManualClock, store: MemoryStore): Promise<Board> {
  const board = new Board('markets', await store.load('markets'), store, clock, 50, unobserved);
  board.start();
  return board;
}

function openStore(clock: ManualClock): MemoryStore {
  return new MemoryStore(
    clock,
    emptyLogs(() => 'epoch'),
  );
}

test('calls pushed data a feed, stalled when nothing has come for 15 s', async () => {
  const clock = new ManualClock();
  const store = openStore(clock);
  const board = await openBoard(clock, store);
  await store.append('markets', data);
  await store.append('markets', ofItself);
  clock.advance(10_000);
  await store.append('markets', ofItself);
  clock.advance(15_000);
  expect(board.feeds()).toEqual({ lab: { state: 'running', ageMs: 25_000 } });
  clock.advance(1);
  expect(board.feeds()).toEqual({ lab: { state: 'stalled', ageMs: 25_001 } });
  board.stop();
});

test('has a feed of before a restart stalled until it is back', async () => {
  const clock = new ManualClock();
  const store = openStore(clock);
  await store.append('markets', ofItself);
  const board = await openBoard(clock, store);
  expect(board.feeds()).toEqual({ lab: { state: 'stalled', ageMs: 0 } });
  await store.append('markets', data);
  expect(board.feeds()).toEqual({ lab: { state: 'running', ageMs: 0 } });
  board.stop();
});
