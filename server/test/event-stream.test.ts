import type { Delta } from '@bigboard/shared/delta';
import type { Beat, Frame, SubscribeAck } from '@bigboard/shared/messages';
import { expect, it } from 'vitest';
import { EventStream } from './support/event-stream.ts';
import { fastClock } from './support/fast-clock.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { BeatShape, FrameShape, SubscribeAckShape } from './support/wire-shapes.ts';

const opening = [
  ...inNamespace(
    'markets',
    { topic: 'tape:a', time: 0, fields: { last: 0 }, log: ['0'] },
    { topic: 'tape:b', time: 0, fields: { last: 0 } },
  ),
  ...inNamespace('sports', { topic: 'game:1', time: 0, fields: { score: '0-0' } }),
];

const deltasOf = (data: unknown): readonly Delta[] => (data as Partial<Frame>).deltas ?? [];

/** Spans may overlap; what is known by its number is no news. */
function newsOf(entries: Delta[3], known: number): number[] {
  return entries === 0 ? [] : entries.map(([n]) => n).filter((n) => n > known);
}

it('begins with a snapshot, goes on with frames and beats, all as on the wire', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using stream = await EventStream.open(board.url, 'markets/tape:a,markets/tape:b');
  expect(stream.response.statusCode).toBe(200);
  expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(stream.response.headers['cache-control']).toBe('no-store');
  const snapshot = await stream.event(() => true);
  expect(snapshot.event).toBe('snapshot');
  const ack = SubscribeAckShape.parse(snapshot.data);
  expect(ack.deltas.map(([topic]) => topic)).toEqual(['tape:a', 'tape:b']);
  expect(ack.rejected).toEqual([]);
  expect(snapshot.id).toBe(`${ack.epoch}:${ack.to}`);

  board.push('markets', { topic: 'tape:a', time: 1, fields: { last: 1 }, log: ['1'] });
  const frame = await stream.event(({ event }) => event === 'frame');
  expect(FrameShape.parse(frame.data).deltas).toEqual([['tape:a', 1, { last: 1 }, [[2, 1, '1']]]]);
  expect(frame.id).toBe(`${ack.epoch}:${(frame.data as Frame).to}`);
  const beat = await stream.event(({ event }) => event === 'beat');
  expect(BeatShape.parse(beat.data)).toEqual(beat.data);
  expect(beat.id).toBe(`${ack.epoch}:${(beat.data as Beat).to}`);
});

it('names no place to come back to while it lacks a topic, so that the topic is whole when it is there', async () => {
  await using board = await RunningBoard.start({ opening });
  const topics = 'markets/tape:a,markets/tape:c';
  await using stream = await EventStream.open(board.url, topics);
  const snapshot = await stream.event(() => true);
  expect(SubscribeAckShape.parse(snapshot.data).rejected).toMatchObject([{ topic: 'tape:c', code: 'unknown_topic' }]);
  board.push('markets', { topic: 'tape:c', time: 1, fields: { whole: 1 } }, { topic: 'tape:a', time: 1, log: ['1'] });
  const frame = await stream.event(({ event }) => event === 'frame');
  expect([snapshot.id, frame.id]).toEqual(['', '']);

  await using again = await EventStream.open(board.url, topics, frame.id === '' ? undefined : frame.id);
  const whole = SubscribeAckShape.parse((await again.event(() => true)).data);
  expect(whole.deltas).toContainEqual(['tape:c', 1, { whole: 1 }, 0, 2]);
});

it('goes on after the last event a browser names, with no entry twice and none missing', async () => {
  await using board = await RunningBoard.start({ opening });
  const seen: number[] = [];
  let lastEventId: string | undefined;
  for (let round = 0; round < 4; round++) {
    await using stream = await EventStream.open(board.url, 'markets/tape:a', lastEventId);
    const n = 3 * round + 1;
    board.push('markets', { topic: 'tape:a', time: n, fields: { last: n }, log: [String(n)] });
    await stream.event(({ data }) => deltasOf(data).some((delta) => delta[1] === n));
    for (const { event, id, data } of stream.events) {
      if (event === 'beat') continue;
      if (event === 'snapshot') expect((data as SubscribeAck).deltas[0]?.[4] ?? 0).toBe(round === 0 ? 2 : 0);
      for (const [, , , entries] of deltasOf(data)) seen.push(...newsOf(entries, seen.at(-1) ?? 0));
      lastEventId = id;
    }
    board.push('markets', { topic: 'tape:a', time: n + 1, log: ['x'] }, { topic: 'tape:a', time: n + 2, log: ['y'] });
  }
  expect(seen).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
});

it.each(['', 'nonsense', ':', 'another:5', 'a b:5', 'e:-1', 'e:1e999', 'e:99999999999999999999'])(
  'answers an id it did not give, %j, with everything',
  async (lastEventId) => {
    await using board = await RunningBoard.start({ opening });
    await using stream = await EventStream.open(board.url, 'markets/tape:a', lastEventId);
    const { data } = await stream.event(() => true);
    expect((data as SubscribeAck).deltas).toMatchObject([
      ['tape:a', 0, { last: 0 }, [[1, 0, '0']], expect.any(Number)],
    ]);
  },
);

it.each([
  ['topics=markets/tape:a,sports/game:1', 400, 'bad_request'],
  ['', 400, 'bad_request'],
  ['topics=', 404, 'unknown_namespace'],
  ['topics=tape:a', 404, 'unknown_namespace'],
  ['topics=nowhere/tape:a', 404, 'unknown_namespace'],
  ['topics=__proto__/tape:a', 404, 'unknown_namespace'],
  ['topics=markets/a&topics=markets/b', 400, 'bad_request'],
  [`topics=${Array.from({ length: 101 }, () => 'markets/a').join()}`, 400, 'bad_request'],
])('refuses the question %.60s', async (question, status, code) => {
  await using board = await RunningBoard.start({ opening });
  const response = await fetch(`${board.url}/api/stream?${question}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ ok: false, code });
});

it('keeps nothing in memory for a client that stops reading, and gives it one frame when it reads on', async () => {
  await using board = await RunningBoard.start({ opening });
  await using stuck = await EventStream.open(board.url, 'markets/tape:a');
  await using bystander = await EventStream.open(board.url, 'markets/tape:a');
  await stuck.event(() => true);
  stuck.response.pause();
  const rounds = 100;
  for (let n = 1; n <= rounds; n++) {
    board.push('markets', { topic: 'tape:a', time: n, fields: { last: n, bulk: String(n).padEnd(250_000) } });
    await bystander.event(({ data }) => deltasOf(data)[0]?.[1] === n);
  }
  stuck.response.resume();
  await stuck.event(({ data }) => deltasOf(data)[0]?.[1] === rounds);
  // 25 MB went by; what it got is what the system's own buffers held when it stopped, and one frame.
  expect(bystander.bytes).toBeGreaterThan(rounds * 250_000);
  expect(stuck.bytes).toBeLessThan(bystander.bytes / 2);
  expect(stuck.events.filter(({ event }) => event === 'frame').length).toBeLessThan(rounds / 2);
});

it('does not keep a reader for a HEAD request', async () => {
  await using board = await RunningBoard.start({ opening });
  const response = await fetch(`${board.url}/api/stream?topics=markets/tape:a`, {
    method: 'HEAD',
    signal: AbortSignal.timeout(3_000),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await (await fetch(`${board.url}/metrics`)).text()).toContain('bigboard_readers{namespace="markets"} 0');
});

it('forgets a client that goes away', async () => {
  await using board = await RunningBoard.start({ opening });
  const metrics = async () => (await fetch(`${board.url}/metrics`)).text();
  {
    await using stream = await EventStream.open(board.url, 'markets/tape:a');
    await stream.event(() => true);
    expect(await metrics()).toContain('bigboard_readers{namespace="markets"} 1');
  }
  await expect.poll(metrics).toContain('bigboard_readers{namespace="markets"} 0');
});

it('ends when the server stops', async () => {
  await using board = await RunningBoard.start({ opening });
  await using stream = await EventStream.open(board.url, 'markets/tape:a');
  await stream.event(() => true);
  await board.stop();
  await expect.poll(() => stream.isEnded).toBe(true);
});
