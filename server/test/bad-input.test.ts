import { afterAll, beforeAll, expect, it } from 'vitest';
import { RefusalShape } from './support/wire-shapes.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

let board: RunningBoard;
let bystander: Viewer;
beforeAll(async () => {
  board = await RunningBoard.start({
    opening: inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } }),
  });
  bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['thing:a'] });
});
afterAll(async () => {
  board.push('markets', { topic: 'thing:a', time: 2, fields: { size: 2 } });
  await bystander.frame(({ deltas }) => deltas[0]?.[1] === 2);
  expect(bystander.notices).toEqual([]);
  await bystander[Symbol.asyncDispose]();
  await board[Symbol.asyncDispose]();
});

const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const withOwnProto: unknown = JSON.parse('{"topics":["thing:a"],"__proto__":{"position":null}}');

const NOT_AN_OBJECT: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['true', true],
  ['a number', 5],
  ['an infinite number, which JSON makes null', Infinity],
  ['a text', 'thing:a'],
  ['an empty list', []],
  ['a list of topics', ['thing:a']],
  ['an empty object', {}],
  ['an unknown field alone', { topic: 'thing:a' }],
  ['a deep list', deep(500)],
];

const BAD_TOPICS: readonly (readonly [string, unknown])[] = [
  ['topics that are null', { topics: null }],
  ['topics that are a text', { topics: 'thing:a' }],
  ['topics that are a number', { topics: 7 }],
  ['topics like a list', { topics: { 0: 'thing:a', length: 1 } }],
  ['a number among the topics', { topics: ['thing:a', 7] }],
  ['a null among the topics', { topics: [null] }],
  ['a list among the topics', { topics: [['thing:a']] }],
  ['an object among the topics', { topics: [{ toString: 'thing:a' }] }],
  ['a name of 10,000 letters', { topics: ['x'.repeat(10_000)] }],
  ['deep topics', { topics: deep(500) }],
  ['a further field', { topics: ['thing:a'], more: 1 }],
  ['a field named __proto__', withOwnProto],
  ['a field named constructor', { topics: ['thing:a'], constructor: { prototype: {} } }],
  ['101 names', { topics: Array.from({ length: 101 }, () => 'a') }],
];

const BAD_PACES: readonly (readonly [string, unknown])[] = [
  ['a negative pace', { maxPerSecond: -1 }],
  ['a pace of 61', { maxPerSecond: 61 }],
  ['a pace without end', { maxPerSecond: 1e300 }],
  ['a pace of text', { maxPerSecond: '2' }],
  ['a pace that is null', { maxPerSecond: NaN }],
  ['a pace in a list', { maxPerSecond: [2] }],
  ['a further field', { maxPerSecond: 2, more: 1 }],
];

const CALLS: readonly (readonly [event: string, what: string, payload: unknown])[] = [
  ...NOT_AN_OBJECT.flatMap(([what, payload]) =>
    ['subscribe', 'unsubscribe', 'pace'].map((event) => [event, what, payload] as const),
  ),
  ...BAD_TOPICS.flatMap(([what, payload]) =>
    ['subscribe', 'unsubscribe'].map((event) => [event, what, payload] as const),
  ),
  ...BAD_PACES.map(([what, payload]) => ['pace', what, payload] as const),
  ['subscribe', 'no topic at all', { topics: [] }],
];

it('refuses each payload it cannot take as bad_request, and goes on serving the one who sent it', async () => {
  const taken: string[] = [];
  for (let first = 0; first < CALLS.length; first += 30) {
    await using viewer = await Viewer.connect(board.url);
    for (const [event, what, payload] of CALLS.slice(first, first + 30)) {
      const answer = RefusalShape.safeParse(await viewer.ask(event, payload));
      if (!answer.success || answer.data.code !== 'bad_request') taken.push(`${event} with ${what}`);
    }
    expect((await viewer.subscribe({ topics: ['thing:a'] })).deltas).toHaveLength(1);
  }
  expect(taken).toEqual([]);
});

it('tells which field of a payload is wrong', async () => {
  await using viewer = await Viewer.connect(board.url);
  const refusal = await viewer.refusedSubscribe({ topics: ['thing:a'], position: { epoch: 'e', seq: -1 } });
  expect(refusal.message).toMatch(/^position\.seq: /);
});

it.each(['subscribe', 'unsubscribe', 'pace'])(
  'answers %s without an ack by a notice, and does not do it',
  async (event) => {
    await using viewer = await Viewer.connect(board.url);
    viewer.socket.emit(event as 'seen', { topics: ['thing:a'], maxPerSecond: 0 } as never);
    expect(await viewer.notice('bad_request')).toMatchObject({ message: expect.stringContaining(event) as string });
    const ack = await viewer.subscribe({ topics: ['thing:a'] });
    expect(ack.from).toBe(0);
  },
);

it.each([
  ['nothing', undefined],
  ['null', null],
  ['a seq of text', { epoch: 'e', seq: '1' }],
  ['a negative seq', { epoch: 'e', seq: -1 }],
  ['no epoch', { seq: 1 }],
  ['a long epoch', { epoch: 'e'.repeat(33), seq: 1 }],
  ['a list', ['e', 1]],
  ['a field too many', { epoch: 'e', seq: 1, more: 1 }],
])('answers a seen with %s by a notice', async (_what, payload) => {
  await using viewer = await Viewer.connect(board.url);
  viewer.socket.emit('seen', payload as never);
  await viewer.notice('bad_request');
});

it.each(['frame', 'publish', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'x'.repeat(5_000)])(
  'knows no event %.20s',
  async (event) => {
    await using viewer = await Viewer.connect(board.url);
    expect(await viewer.ask(event, {})).toMatchObject({ ok: false, code: 'unknown_event' });
    viewer.socket.emit(event as 'seen', {} as never);
    await viewer.notice('unknown_event');
    expect((await viewer.subscribe({ topics: ['thing:a'] })).ok).toBe(true);
  },
);

it('refuses a binary payload', async () => {
  await using viewer = await Viewer.connect(board.url);
  expect(await viewer.ask('subscribe', Buffer.from('{"topics":["thing:a"]}'))).toMatchObject({ code: 'bad_request' });
  expect(await viewer.ask('subscribe', { topics: [Buffer.from('thing:a')] })).toMatchObject({ code: 'bad_request' });
});

it('serves a name that is a property of every object like any other unknown one', async () => {
  await using viewer = await Viewer.connect(board.url);
  const names = ['__proto__', 'constructor', 'toString', 'valueOf', 'prototype', 'hasOwnProperty'];
  const ack = await viewer.subscribe({ topics: names });
  expect(ack.rejected.map(({ topic, code }) => [topic, code])).toEqual(names.map((name) => [name, 'unknown_topic']));
  expect(await viewer.ask('unsubscribe', { topics: names })).toEqual({ ok: true });
});
