import type { SubscribeAck } from '@bigboard/shared/messages';
import { SubscribeAckShape } from './support/wire-shapes.ts';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const opening = inNamespace(
  'markets',
  { topic: 'thing:a', time: 10, fields: { size: 1, name: 'A' }, log: ['first', { deep: [1] }] },
  { topic: 'thing:b', time: 20, fields: { size: 2 } },
);

it('answers in the documented shape, and with the state that HTTP tells', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const ack = await viewer.subscribe({ topics: ['thing:a', 'thing:b'] });

  expectTypeOf<z.infer<typeof SubscribeAckShape>>().toExtend<SubscribeAck>();
  expect(SubscribeAckShape.parse(ack)).toEqual(ack);
  expect(ack).toMatchObject({ from: 0, rejected: [] });
  expect(Math.abs(ack.at - Date.now())).toBeLessThan(5_000);
  const [a] = ack.deltas;
  const snapshot = await board.snapshot('markets', 'thing:a');
  expect(a).toEqual([
    'thing:a',
    snapshot.time,
    snapshot.fields,
    snapshot.log.map(({ n, time, entry }) => [n, time, entry]),
    expect.any(Number),
  ]);
  expect(snapshot).toMatchObject({ epoch: ack.epoch, seq: ack.to, fields: { size: 1, name: 'A' } });
});

it('goes on with frames that begin where the answer ended', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const ack = await viewer.subscribe({ topics: ['thing:a'] });
  board.push('markets', { topic: 'thing:a', time: 30, fields: { size: 5 }, log: ['third'] });
  const frame = await viewer.frame(({ deltas }) => deltas.length > 0);

  expect(frame.from).toBeLessThanOrEqual(ack.to);
  expect(frame.to).toBeGreaterThan(ack.to);
  expect(frame.deltas).toEqual([['thing:a', 30, { size: 5 }, [[3, 30, 'third']]]]);
  expect(frame).not.toHaveProperty('epoch');
});

it('sends nothing of topics the viewer did not ask for', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: ['thing:a'] });
  board.push('markets', { topic: 'thing:b', time: 30, fields: { size: 9 } });
  board.push('markets', { topic: 'thing:a', time: 31, fields: { size: 9 } });
  await viewer.frame(({ deltas }) => deltas.some(([topic]) => topic === 'thing:a'));
  expect(viewer.frames.flatMap(({ deltas }) => deltas.map(([topic]) => topic))).toEqual(['thing:a']);
});

it('serves the good topics of a call and names what is wrong with the bad ones', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const long = 'x'.repeat(129);
  const ack = await viewer.subscribe({ topics: ['thing:a', 'thing:nowhere', 'not a topic', '', long, '__proto__'] });
  expect(ack.deltas.map(([topic]) => topic)).toEqual(['thing:a']);
  expect(Object.fromEntries(ack.rejected.map(({ topic, code }) => [topic, code]))).toEqual({
    'thing:nowhere': 'unknown_topic',
    'not a topic': 'bad_topic',
    '': 'bad_topic',
    [long]: 'bad_topic',
    ['__proto__']: 'unknown_topic',
  });
  board.push('markets', { topic: 'thing:nowhere', time: 30, fields: { size: 1 } });
  board.push('markets', { topic: 'thing:a', time: 31, fields: { size: 9 } });
  await viewer.frame(({ deltas }) => deltas.some(([topic]) => topic === 'thing:a'));
  expect(viewer.frames.flatMap(({ deltas }) => deltas.map(([topic]) => topic))).toEqual(['thing:a']);
});

it('counts a name once however often a call repeats it', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const ack = await viewer.subscribe({ topics: ['thing:a', 'thing:a', 'nope', 'nope', 'thing:a'] });
  expect(ack.deltas).toHaveLength(1);
  expect(ack.rejected).toHaveLength(1);
});

it('answers a topic that is held already like a new one', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const first = await viewer.subscribe({ topics: ['thing:a', 'thing:b'] });
  const again = await viewer.subscribe({ topics: ['thing:a'] });
  expect(again.deltas).toEqual([first.deltas[0]]);
  expect(again.from).toBe(first.to);
});

it('says yes and holds nothing when every topic of a call is rejected', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const ack = await viewer.subscribe({ topics: ['thing:x', 'thing:y'] });
  expect(ack).toMatchObject({ ok: true, deltas: [] });
  expect(ack.rejected).toHaveLength(2);
  const beat = await viewer.beat(() => true);
  expect(beat).not.toHaveProperty('to');
});

it('holds 200 topics and rejects the 201st', async () => {
  const names = Array.from({ length: 201 }, (_, index) => `thing:${index}`);
  const updates = names.map((topic) => ({ topic, time: 1, fields: { size: 1 } }));
  await using board = await RunningBoard.start({ opening: inNamespace('markets', ...updates) });
  await using viewer = await Viewer.connect(board.url);
  await viewer.subscribe({ topics: names.slice(0, 100) });
  const full = await viewer.subscribe({ topics: names.slice(101) });
  expect(full.rejected).toEqual([]);
  const over = await viewer.subscribe({ topics: ['thing:100', 'thing:5', 'nope'] });
  expect(over.deltas.map(([topic]) => topic)).toEqual(['thing:5']);
  expect(over.rejected).toMatchObject([
    { topic: 'thing:100', code: 'too_many_topics' },
    { topic: 'nope', code: 'unknown_topic' },
  ]);
  await viewer.ask('unsubscribe', { topics: ['thing:5'] });
  expect((await viewer.subscribe({ topics: ['thing:100'] })).rejected).toEqual([]);
});

it('refuses a call that names more than 100 topics', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const refusal = await viewer.refusedSubscribe({ topics: Array.from({ length: 101 }, () => 'thing:a') });
  expect(refusal.code).toBe('bad_request');
  expect((await viewer.subscribe({ topics: ['thing:a'] })).ok).toBe(true);
});

it('serves two namespaces on one connection, each with its own log', async () => {
  const both = [...opening, ...inNamespace('sports', { topic: 'game:1', time: 5, fields: { score: '0-0' } })];
  await using board = await RunningBoard.start({ opening: both });
  await using viewer = await Viewer.connect(board.url);
  const sports = viewer.socket.io.socket('/sports');
  const ack = (await sports.timeout(5_000).emitWithAck('subscribe', { topics: ['game:1', 'thing:a'] })) as SubscribeAck;
  expect(ack.deltas.map(([topic]) => topic)).toEqual(['game:1']);
  expect(ack.rejected).toMatchObject([{ topic: 'thing:a', code: 'unknown_topic' }]);
  expect((await viewer.subscribe({ topics: ['thing:a'] })).epoch).not.toBe(ack.epoch);
});

it('lets a viewer leave a namespace and come back on the same connection', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const sports = viewer.socket.io.socket('/sports');
  await viewer.subscribe({ topics: ['thing:a'] });
  viewer.socket.disconnect();
  await sports.timeout(5_000).emitWithAck('subscribe', { topics: ['topics'] });
  viewer.socket.connect();
  const ack = await viewer.subscribe({ topics: ['thing:a'] });
  expect(ack).toMatchObject({ from: 0, rejected: [] });
});
