import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ReplicaViewer } from './support/replica-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { ServerProcess } from './support/server-process.ts';

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

it('goes on after a kill -9: the same epoch, the feeds where they stood, what is derived from them too', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bigboard-restart-'));
  const environment = { DATA_DIR: dataDir, FEEDS: 'simulate?symbols=6,world-cup?speed=300' };
  let server = new ServerProcess(environment);
  try {
    const url = await server.url();
    await using markets = new ReplicaViewer(url, 'markets', ['watch', 'topics', 'feed:market']);
    await using sports = new ReplicaViewer(url, 'sports', ['scores', 'feed:world-cup-2022']);
    markets.socket.io.reconnectionDelayMax(100);
    const viewers = [markets, sports];
    await markets.settled('watch', ({ time }) => time > 0);
    await sports.settled('scores', ({ time }) => time > 0);
    const epochs = viewers.map(({ replica }) => replica.epoch);
    for (let kills = 0; kills < 3; kills++) {
      const before = viewers.map(({ replica }) => replica.position?.seq ?? 0);
      for (const { changes } of viewers) changes.length = 0;
      server.kill('SIGKILL');
      await server.ended;
      server = new ServerProcess({ ...environment, PORT: new URL(url).port });
      await server.url();
      await vi.waitFor(
        () => {
          expect(markets.replica.position?.seq).toBeGreaterThan((before[0] ?? 0) + 20);
          expect(sports.replica.position?.seq).toBeGreaterThan((before[1] ?? 0) + 2);
        },
        { timeout: 20_000, interval: 20 },
      );
      expect(viewers.map(({ replica }) => replica.epoch)).toEqual(epochs);
      // Nothing was told anew: a topic that starts over is told in full.
      expect(viewers.flatMap(({ changes }) => changes.filter(({ full }) => full !== 0))).toEqual([]);
    }
    expect(markets.replica.document('feed:market')?.value('state')).toBe('running');
    for (const { replica } of viewers) expect(replica.counts).toEqual({ gaps: 0, mismatches: 0, failures: 0 });
  } finally {
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  }
});
