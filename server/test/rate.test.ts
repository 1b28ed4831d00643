import { expect, it } from 'vitest';
import { systemClock, type Clock } from '../src/clock.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const opening = inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } });

it('refuses what comes above the rate, says when to try again, and serves again then', async () => {
  // Held still, so that a burst is one however slow the machine: as time goes by, the bucket fills.
  let nowMs: number | undefined = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => nowMs ?? systemClock.monotonicMs() };
  await using board = await RunningBoard.start({ opening, clock });
  await using viewer = await Viewer.connect(board.url);
  const answers = await Promise.all(Array.from({ length: 60 }, () => viewer.ask('pace', { maxPerSecond: 5 })));
  const refusal = { ok: false, code: 'rate_limited', message: expect.any(String) as string, retryInMs: 50 };
  expect(answers).toEqual(Array.from({ length: 60 }, (_, index) => (index < 40 ? { ok: true } : refusal)));
  nowMs += 50;
  expect(await viewer.ask('pace', { maxPerSecond: 5 })).toEqual({ ok: true });
  expect(await viewer.ask('pace', { maxPerSecond: 5 })).toEqual(refusal);
  // A board that stops sends its readers away as time goes by.
  nowMs = undefined;
});

it('closes a connection that sends more than twice the rate with 4429, others undisturbed', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['thing:a'] });
  await using flood = await RawViewer.connect(board.url);
  flood.send(...Array.from({ length: 2_000 }, (_, index) => `42/markets,${index}["pace",{"maxPerSecond":1}]`));
  expect(await flood.closed()).toBe(4429);
  expect(flood.texts.filter((text) => text.startsWith('43/markets,')).length).toBeLessThan(100);
  board.push('markets', { topic: 'thing:a', time: 2, fields: { size: 2 } });
  await bystander.frame(({ deltas }) => deltas[0]?.[1] === 2);
  expect(bystander.notices).toEqual([]);
});

it('tells a stock client why it was closed', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const details = new Promise<{ description?: { code?: number } }>((resolve) =>
    viewer.socket.once('disconnect', (_reason, description) => resolve(description as { description?: object })),
  );
  for (let sent = 0; sent < 200; sent++) viewer.socket.emit('seen', { epoch: 'e', seq: 1 });
  expect(await details).toMatchObject({ context: { code: 4429, reason: 'rate_limited' } });
});

it('counts pongs, acks and packets that mean nothing too', async () => {
  await using board = await RunningBoard.start({ opening });
  for (const packet of ['3', '43/markets,1[]', '6']) {
    await using flood = await RawViewer.connect(board.url);
    flood.send(...Array.from({ length: 300 }, () => packet));
    expect(await flood.closed()).toBe(4429);
  }
});
