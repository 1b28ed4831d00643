import { expect, it } from 'vitest';
import { ReplicaViewer } from './support/replica-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const opening = inNamespace('markets', { topic: 'tape:a', time: 1, fields: { last: 1, odd: 1 }, log: ['one', 'two'] });

it('shows a removed topic as gone, keeps it held, and shows it again when it comes back', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = new ReplicaViewer(board.url, 'markets', ['tape:a']);
  await viewer.settled('tape:a', ({ lastEntry }) => lastEntry === 2);

  board.push('markets', { topic: 'tape:a', time: 2, reset: true });
  const gone = await viewer.settled('tape:a', ({ removed }) => removed);
  expect(gone.log).toEqual([]);
  expect(viewer.replica.isHeld('tape:a')).toBe(true);
  expect((await fetch(`${board.url}/api/topics/markets/tape:a`)).status).toBe(404);

  board.push('markets', { topic: 'tape:a', time: 3, fields: { last: 3 }, log: ['another'] });
  const back = await viewer.settled('tape:a', ({ removed }) => !removed);
  expect(back.values()).toEqual({ last: 3 });
  expect(back.log.map(({ n, entry }) => [n, entry])).toEqual([[1, 'another']]);
  expect(viewer.news).toEqual(['tape:a 1', 'tape:a 2', 'tape:a 1']);
});

it('is a full delta that starts the numbering anew, on the wire', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: ['tape:a'] });
  board.push('markets', { topic: 'tape:a', time: 2, reset: true });
  const frame = await viewer.frame(({ deltas }) => deltas.length > 0);
  expect(frame.deltas).toEqual([['tape:a', 2, 0, 0, 2]]);
});

it('rejects a removed topic for newcomers', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: ['tape:a'] });
  board.push('markets', { topic: 'tape:a', time: 2, reset: true });
  await viewer.frame(({ deltas }) => deltas.length > 0);
  await using newcomer = await Viewer.connect(board.url);
  const ack = await newcomer.subscribe({ topics: ['tape:a'] });
  expect(ack).toMatchObject({ deltas: [], rejected: [{ topic: 'tape:a', code: 'unknown_topic' }] });
});

it('drops the copy of a viewer that was away when its topic was removed', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = new ReplicaViewer(board.url, 'markets', ['tape:a']);
  await viewer.settled('tape:a', () => true);
  viewer.cut();
  board.push('markets', { topic: 'tape:a', time: 2, reset: true });
  await expect.poll(() => viewer.replica.document('tape:a')?.removed ?? true).toBe(true);
  await expect.poll(() => viewer.changes.at(-1)).toMatchObject({ topic: 'tape:a', removed: true });
});

it('shows each round of a replay that loops from its first entry, without any of the round before', async () => {
  await using board = await RunningBoard.start({ opening });
  await using steady = new ReplicaViewer(board.url, 'markets', ['tape:a']);
  await using cut = new ReplicaViewer(board.url, 'markets', ['tape:a']);
  const viewers = [steady, cut];
  for (const viewer of viewers) await viewer.settled('tape:a', () => true);
  for (let round = 1; round <= 4; round++) {
    if (round % 2 === 0) cut.cut();
    board.push('markets', { topic: 'tape:a', time: 1, reset: true, fields: { round }, log: [`${round}.1`] });
    for (let n = 2; n <= 3; n++) board.push('markets', { topic: 'tape:a', time: n, log: [`${round}.${n}`] });
    for (const viewer of viewers) {
      const document = await viewer.settled('tape:a', (copy) => copy.value('round') === round && copy.lastEntry === 3);
      expect(document.values()).toEqual({ round });
      expect(document.log.map(({ entry }) => entry)).toEqual([`${round}.1`, `${round}.2`, `${round}.3`]);
    }
  }
  const rounds = ['tape:a 1', 'tape:a 2', 'tape:a 3'];
  for (const { news } of viewers)
    expect(news).toEqual(['tape:a 1', 'tape:a 2', ...rounds, ...rounds, ...rounds, ...rounds]);
});
