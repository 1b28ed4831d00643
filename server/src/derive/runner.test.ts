import type { Update } from '@bigboard/shared/update';
import { expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import { Board } from '../hub/board.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import type { Deriver } from './deriver.ts';
import { runDeriver } from './runner.ts';

/** Doubles every `size`, and counts the batches it was shown. */
class Doubler implements Deriver {
  readonly name = 'doubler';
  readonly namespace = 'markets';
  readonly seen: string[] = [];

  fold({ topic, time, fields }: Update, producer: string): readonly Update[] {
    this.seen.push(`${topic} by ${producer}`);
    const size = fields?.['size'];
    if (size === 'broken') throw new Error('no number');
    return typeof size === 'number' ? [{ topic: `double:${topic}`, time, fields: { twice: 2 * size } }] : [];
  }

  settle(streamTimeMs: number): readonly Update[] {
    return [{ topic: 'settled', time: streamTimeMs }];
  }
}

async function start(deriver: Deriver) {
  const clock = new ManualClock();
  const log = new LogLines();
  const store = new MemoryStore(
    clock,
    emptyLogs(() => 'epoch'),
  );
  const nothing = () => undefined;
  const observer = { updatesApplied: nothing, flushed: nothing, repaired: nothing, repairFailed: nothing };
  const board = new Board('markets', await store.load('markets'), store, clock, 50, observer);
  runDeriver(deriver, board, store, log);
  board.start();
  const append = (producer: string, ...updates: readonly Update[]) => store.append('markets', { producer, updates });
  return { log, board, store, append };
}

const size = (topic: string, value: number | string): Update => ({ topic, time: 7, fields: { size: value } });

it('appends what follows from a batch, once, and is not shown its own output', async () => {
  const doubler = new Doubler();
  const { board, append } = await start(doubler);
  await append('feed', size('a', 1), size('b', 2));
  expect(doubler.seen).toEqual(['a by feed', 'b by feed']);
  expect(board.hub.documents.get('double:a')?.values()).toEqual({ twice: 2 });
  expect(board.hub.documents.get('double:b')?.values()).toEqual({ twice: 4 });
  expect(board.hub.documents.get('settled')?.time).toBe(7);
  expect(board.hub.seq).toBe(5);
});

it('goes on deriving from the others when one update makes no sense', async () => {
  const { board, log, append } = await start(new Doubler());
  await append('feed', size('a', 'broken'), size('b', 2));
  expect(board.hub.documents.get('double:b')?.values()).toEqual({ twice: 4 });
  expect(log.errors).toHaveLength(1);
});

it('derives from a feed that happens to have its name', async () => {
  const doubler = new Doubler();
  const { board, append } = await start(doubler);
  await append('doubler', size('a', 1));
  expect(doubler.seen).toEqual(['a by doubler']);
  expect(board.hub.documents.get('double:a')?.values()).toEqual({ twice: 2 });
});

it('logs what could not be stored, and harms nobody', async () => {
  const { log, store, board, append } = await start(new Doubler());
  const original = store.append.bind(store);
  store.append = async (namespace, batch) => {
    if (batch.updates.some(({ topic }) => topic.startsWith('double:'))) throw new Error('away');
    return original(namespace, batch);
  };
  await original('markets', { producer: 'feed', updates: [size('a', 1)] });
  await append('feed', { topic: 'c', time: 8 });
  await expect.poll(() => log.errors.length).toBe(1);
  expect(board.hub.documents.get('c')?.time).toBe(8);
});
