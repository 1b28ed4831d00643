import type { WireEntry } from '@bigboard/shared/delta';
import { expect, it } from 'vitest';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const opening = inNamespace('markets', { topic: 'tape:a', time: 0, fields: { last: 0 }, log: ['0'] });

function entriesOf(viewer: Viewer): number[] {
  const lists = viewer.frames.flatMap(({ deltas }) => deltas.map(([, , , entries]) => entries));
  return lists.flatMap((list) => (list as readonly WireEntry[]).map(([n]) => n));
}

/** Pushes one tick after the other, each seen by a bystander before the next, so that none is conflated on the way in. */
async function tickSlowly(board: RunningBoard, bystander: Viewer, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    board.push('markets', { topic: 'tape:a', time: n, fields: { last: n }, log: [String(n)] });
    await bystander.frame(({ deltas }) => deltas[0]?.[1] === n);
  }
}

it('sends nothing to a paused viewer, and all entries in one frame when it goes on', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using viewer = await Viewer.connect(board.url);
  const { to } = await viewer.subscribe({ topics: ['tape:a'] });
  expect(await viewer.ask('pace', { maxPerSecond: 0 })).toEqual({ ok: true });
  await tickSlowly(board, bystander, 1, 10);
  const late = await viewer.beat(({ lateMs }) => (lateMs ?? 0) > 0);
  expect(late).toMatchObject({ from: to, to });
  const later = await viewer.beat(({ lateMs }) => (lateMs ?? 0) > (late.lateMs ?? 0));
  expect(later.to).toBe(to);
  expect(viewer.frames).toEqual([]);

  await viewer.ask('pace', { maxPerSecond: 60 });
  const frame = await viewer.frame(() => true);
  expect(frame.from).toBe(to);
  expect(frame.deltas).toMatchObject([['tape:a', 10, { last: 10 }, { length: 10 }]]);
  expect(entriesOf(viewer)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it('sends two frames a second to a viewer that wants two: fields conflate, entries never', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: ['tape:a'] });
  await viewer.ask('pace', { maxPerSecond: 2 });
  const beganMs = Date.now();
  await tickSlowly(board, bystander, 1, 40);
  await viewer.frame(({ deltas }) => deltas[0]?.[1] === 40);
  const seconds = (Date.now() - beganMs) / 1_000;
  expect(viewer.frames.length).toBeLessThanOrEqual(2 * seconds + 1);
  expect(bystander.frames.length).toBe(40);
  expect(entriesOf(viewer)).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
});

it('answers a subscribe of a paused viewer at once, with everything it lacks', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using viewer = await Viewer.connect(board.url);
  const { to } = await viewer.subscribe({ topics: ['tape:a'] });
  await viewer.ask('pace', { maxPerSecond: 0 });
  await tickSlowly(board, bystander, 1, 3);
  const ack = await viewer.subscribe({ topics: ['topics'] });
  expect(ack.from).toBe(to);
  expect(ack.deltas).toContainEqual(['tape:a', 3, { last: 3 }, expect.objectContaining({ length: 3 })]);
});

it('sends nothing of a topic any more once the viewer has unsubscribed', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: ['tape:a'] });
  expect(await viewer.ask('unsubscribe', { topics: ['tape:a', 'never:held', 'not a topic'] })).toEqual({ ok: true });
  await tickSlowly(board, bystander, 1, 3);
  const beat = await viewer.beat(({ to }) => to === undefined);
  expect(beat).not.toHaveProperty('lateMs');
  expect(viewer.frames).toEqual([]);
});

it('goes on sending to a viewer that says what it has seen, and minds no seen that fits nothing', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const { epoch, to } = await viewer.subscribe({ topics: ['tape:a'] });
  viewer.socket.emit('seen', { epoch, seq: to });
  viewer.socket.emit('seen', { epoch: 'another', seq: 5 });
  viewer.socket.emit('seen', { epoch, seq: Number.MAX_SAFE_INTEGER });
  const beat = await viewer.beat(() => true);
  viewer.socket.emit('seen', { epoch: beat.epoch, seq: beat.to ?? 0 });
  board.push('markets', { topic: 'tape:a', time: 1, fields: { last: 1 } });
  await viewer.frame(() => true);
  expect(viewer.notices).toEqual([]);
});
