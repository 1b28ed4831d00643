import { expect, it } from 'vitest';
import { ReplicaViewer } from './support/replica-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';

it('gives everything anew, under a new epoch, to a viewer that comes back to a restarted server', async () => {
  const before = await RunningBoard.start({
    opening: inNamespace(
      'markets',
      { topic: 'tape:a', time: 1, fields: { last: 1, gone: true }, log: ['old 1', 'old 2'] },
      { topic: 'tape:b', time: 1, fields: { last: 1 } },
    ),
  });
  await using viewer = new ReplicaViewer(before.url, 'markets', ['tape:a', 'tape:b']);
  await viewer.settled('tape:b', () => true);
  const epoch = viewer.replica.epoch;
  await before.stop();

  await using board = await RunningBoard.start({
    opening: inNamespace('markets', { topic: 'tape:a', time: 2, fields: { last: 2 }, log: ['new 1'] }),
    environment: { PORT: String(before.port) },
  });
  const document = await viewer.settled('tape:a', (copy) => copy.value('last') === 2);
  expect(viewer.replica.epoch).not.toBe(epoch);
  expect(document.values()).toEqual({ last: 2 });
  expect(document.log.map(({ entry }) => entry)).toEqual(['new 1']);
  expect(viewer.replica.document('tape:b')).toBeUndefined();

  board.push('markets', { topic: 'tape:a', time: 3, fields: { last: 3 }, log: ['new 2'] });
  await viewer.settled('tape:a', ({ lastEntry }) => lastEntry === 2);
  expect(viewer.replica.counts.mismatches).toBe(0);
});
