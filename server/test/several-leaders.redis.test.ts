import type { FeedsAck } from '@bigboard/shared/operations';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MarketSimulator } from '../src/feeds/market-simulator/market-simulator.ts';
import { RedisServer } from './support/redis-server.ts';
import { RunningBoard } from './support/running-board.ts';

const TOKEN = 'a token of sixteen characters';
/** Stream time at 20 times the speed. */
const STORED_MS = 20 * 2_000;
const WAIT = { timeout: 20_000, interval: 50 };

let redis: RedisServer;
let one: RunningBoard;
let two: RunningBoard;
beforeEach(async () => {
  redis = await RedisServer.start();
  one = await start('one');
  two = await start('two');
});
afterEach(async () => {
  await Promise.all([one.stop(), two.stop()]);
  await redis[Symbol.asyncDispose]();
});

function start(name: string): Promise<RunningBoard> {
  const environment = { REDIS_URL: redis.url, INSTANCE: name, OPERATOR_TOKEN: TOKEN };
  return RunningBoard.start({ feeds: [new MarketSimulator({ seed: 7, symbols: 2 })], environment });
}

async function ask(board: RunningBoard, event: string, payload: unknown): Promise<unknown> {
  const socket: Socket = io(`${board.url}/ops`, { transports: ['websocket'], forceNew: true, auth: { token: TOKEN } });
  try {
    return (await socket.timeout(10_000).emitWithAck(event, payload)) as unknown;
  } finally {
    socket.close();
  }
}

async function fieldOf(board: RunningBoard, field: string): Promise<unknown> {
  return (await board.snapshot('markets', 'feed:market')).fields[field];
}

it('a feed is commanded, and told with its leader, from any instance', async () => {
  const { feeds } = (await ask(two, 'feeds', {})) as FeedsAck;
  expect(feeds).toMatchObject([
    { feed: 'hand', leader: 'one', state: 'running' },
    { feed: 'market', leader: 'one', state: 'running' },
  ]);
  expect(await ask(two, 'control', { feed: 'market', action: 'pause' })).toEqual({ ok: true });
  await vi.waitFor(async () => expect(await fieldOf(two, 'state')).toBe('paused'), WAIT);
  expect(await fieldOf(one, 'state')).toBe('paused');
});

it('an instance that stops hands over at once: the feed goes on as it was commanded, and all that is derived', async () => {
  const standing = async (board: RunningBoard) =>
    ((await ask(board, 'feeds', {})) as FeedsAck).feeds.find(({ feed }) => feed === 'market');
  expect(await ask(one, 'control', { feed: 'market', action: 'speed', speed: 20 })).toEqual({ ok: true });
  const before = await standing(two);
  await one.stop();
  await vi.waitFor(async () => expect(await fieldOf(two, 'leader')).toBe('two'), WAIT);
  const after = await standing(two);
  expect(after).toMatchObject({ leader: 'two', state: 'running', speed: 20 });
  // What was not stored yet comes again: the stream stands where the newest of what is stored was due.
  expect(after?.positionMs).toBeGreaterThanOrEqual((before?.positionMs ?? Infinity) - STORED_MS);
  const symbol = Object.keys((await two.snapshot('markets', 'watch')).fields)[0] ?? '';
  const log = async () => (await two.snapshot('markets', `candles:${symbol}:1m`)).log.map(({ n }) => n);
  const newest = (await log()).at(-1) ?? 0;
  await vi.waitFor(async () => expect((await log()).at(-1)).toBeGreaterThan(newest), WAIT);
  const numbers = await log();
  expect(numbers).toEqual(numbers.map((_n, index) => (numbers[0] ?? 0) + index));
  expect(two.log.warnings).toEqual([]);
});
