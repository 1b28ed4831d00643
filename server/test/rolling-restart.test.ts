import { io, type Socket } from 'socket.io-client';
import type { Notice } from '@bigboard/shared/messages';
import { expect, it } from 'vitest';
import { HttpPusher } from './support/pushing.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { Relay } from './support/relay.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { ServerProcess } from './support/server-process.ts';
import { TokenList } from './support/token-list.ts';

const CROWD = 120;

/** A stock client with its own way to come back, and when it did. */
class Stock {
  readonly socket: Socket;
  readonly notices: Notice[] = [];
  readonly connectedAtMs: number[] = [];

  constructor(url: string) {
    this.socket = io(`${url}/markets`, { transports: ['websocket'], forceNew: true });
    this.socket.on('connect', () => this.connectedAtMs.push(performance.now()));
    this.socket.on('notice', (notice: Notice) => this.notices.push(notice));
  }
}

const largestBucket = (timesMs: readonly number[]) => {
  const buckets = new Map<number, number>();
  for (const timeMs of timesMs) {
    const second = Math.floor(timeMs / 1_000);
    buckets.set(second, (buckets.get(second) ?? 0) + 1);
  }
  return Math.max(...buckets.values()) / timesMs.length;
};

it('hands a crowd over to another instance, a few at a time', { timeout: 60_000 }, async () => {
  const opening = inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } });
  await using leaving = new ServerProcess({ LOG_LEVEL: 'info' });
  await using staying = await RunningBoard.start({ opening });
  await using relay = await Relay.start(await leaving.url(), staying.url);
  const crowd = Array.from({ length: CROWD }, () => new Stock(relay.url));
  const hasAll = (times: number) => () => crowd.every(({ connectedAtMs }) => connectedAtMs.length === times);
  await expect.poll(hasAll(1), { timeout: 20_000 }).toBe(true);
  // A dead one among them: it takes nothing and answers no close.
  await using dead = await RawViewer.connect(await leaving.url());
  dead.webSocket.pause();

  const askedMs = performance.now();
  leaving.kill('SIGTERM');
  expect(await leaving.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - askedMs).toBeLessThan(10_000);
  await expect.poll(hasAll(2), { timeout: 20_000 }).toBe(true);

  const toldMs = crowd.map(({ notices }) => notices.find(({ code }) => code === 'draining')?.retryInMs ?? NaN);
  expect(Math.max(...toldMs)).toBeLessThanOrEqual(5_000);
  expect(largestBucket(toldMs)).toBeLessThan(0.3);
  expect(largestBucket(crowd.map(({ connectedAtMs }) => (connectedAtMs[1] as number) - askedMs))).toBeLessThan(0.4);
  for (const { socket } of crowd) socket.close();
});

it('answers what was pushed before it goes, and refuses what is pushed then', async () => {
  await using tokens = await TokenList.create();
  const token = await tokens.add('lab', ['markets/*']);
  const environment = { OWN_KINDS: 'tape', PRODUCER_TOKENS: tokens.file };
  const board = await RunningBoard.start({ environment });
  const pusher = new HttpPusher(board.url, token);
  const row = (id: number) => JSON.stringify({ id, topic: 'tape:a', time: id, log: [id] });
  const producer = io(`${board.url}/ingest`, { transports: ['websocket'], forceNew: true, auth: { token } });
  await expect.poll(() => producer.connected).toBe(true);
  expect((await pusher.post('markets', 'p', row(1))).status).toBe(200);
  const batch = (id: number) => ({
    namespace: 'markets',
    producer: 'q',
    updates: [{ id, topic: 'tape:a', time: id, log: [id] }],
  });
  const before = producer.timeout(2_000).emitWithAck('publish', batch(1)) as Promise<unknown>;
  const told = new Promise<unknown>((resolve) => producer.once('notice', resolve));
  expect(await before).toMatchObject({ ok: true, accepted: 1 });
  const stopped = board.stop();
  expect(await told).toMatchObject({ code: 'draining' });
  expect(await producer.timeout(2_000).emitWithAck('publish', batch(2))).toMatchObject({ ok: false, code: 'draining' });
  await expect(fetch(`${board.url}/readyz`)).rejects.toThrow();
  await stopped;
  producer.close();
});
