import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogLines } from '../../../test/support/log-lines.ts';
import { LinkProxy } from '../../../test/support/link-proxy.ts';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { systemClock } from '../../clock.ts';
import { openAdapterClients, RedisLink } from './redis-link.ts';

let redis: RedisServer;
let link: RedisLink;
beforeEach(async () => {
  redis = await RedisServer.start();
  link = new RedisLink({ url: redis.url, name: 'test' }, [], new LogLines());
});
afterEach(async () => {
  link.close();
  await redis[Symbol.asyncDispose]();
});

const untilReady = () => vi.waitFor(() => expect(link.runId).toBeDefined(), { timeout: 10_000 });
const untilLost = () => vi.waitFor(() => expect(link.runId).toBeUndefined(), { timeout: 10_000 });

test('refuses everything until it is ready, and says when it is', async () => {
  await expect(link.command('PING')).rejects.toMatchObject({ code: 'AWAY' });
  await untilReady();
  expect(await link.command('PING')).toBe('PONG');
});

test('tells a restart by another run id, and refuses at once in between', async () => {
  await untilReady();
  const runIds: string[] = [];
  link.onReady((runId) => runIds.push(runId));
  const before = link.runId;
  await redis.kill();
  await untilLost();
  await expect(link.command('PING')).rejects.toMatchObject({ code: 'AWAY' });
  expect(link.failure).toBeDefined();
  await redis.start();
  await untilReady();
  expect(link.runId).not.toBe(before);
  expect(runIds).toEqual([link.runId]);
});

test('gives one up that stands still, with all it was asked, and comes back when it goes on', async () => {
  await untilReady();
  const before = link.runId;
  redis.pause();
  const asked = Array.from({ length: 50 }, (_, index) => link.command('INCRBY', 'a', index));
  const answers = await Promise.allSettled(asked);
  expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
  expect(link.runId).toBeUndefined();
  expect(link.failure).toContain('no answer');
  redis.resume();
  await untilReady();
  expect(link.runId).toBe(before);
});

test("names Redis's refusal, and goes on", async () => {
  await untilReady();
  await link.command('SET', 'text', 'x');
  await expect(link.command('INCR', 'text')).rejects.toMatchObject({ name: 'RedisFailure', code: 'ERR' });
  expect(await link.command('GET', 'text')).toBe('x');
});

test("the adapter's clients outlive an outage: what is sent meanwhile is dropped and counted, listening goes on", async () => {
  const clients = openAdapterClients({ url: redis.url, name: 'test' }, systemClock, new LogLines());
  try {
    const heard: string[] = [];
    clients.sub.on('message', (_channel: string, text: string) => heard.push(text));
    await clients.sub.subscribe('c');
    await vi.waitFor(() => expect(clients.pub.status).toBe('ready'));
    void clients.pub.publish('c', 'before');
    await vi.waitFor(() => expect(heard).toEqual(['before']));
    await redis.kill();
    await vi.waitFor(() => expect(clients.pub.status).not.toBe('ready'));
    const droppedBefore = clients.dropped;
    void clients.pub.publish('c', 'meanwhile');
    await vi.waitFor(() => expect(clients.dropped).toBe(droppedBefore + 1));
    await redis.start();
    await vi.waitFor(
      () => {
        void clients.pub.publish('c', 'after');
        expect(heard).toContain('after');
      },
      { timeout: 10_000 },
    );
    expect(heard).not.toContain('meanwhile');
  } finally {
    clients.close();
  }
});

test('the adapter speaks again on a new connection after a silent cut, which the old one never hears the end of', async () => {
  await using proxy = await LinkProxy.to(redis.port);
  const clients = openAdapterClients({ url: proxy.url, name: 'test' }, systemClock, new LogLines());
  try {
    await vi.waitFor(() => expect(clients.pub.status).toBe('ready'));
    proxy.stall();
    const closed = new Promise<void>((resolve) => clients.pub.once('close', () => resolve()));
    void clients.pub.publish('c', 'into the void');
    await closed;
    proxy.mend();
    await vi.waitFor(() => expect(clients.pub.status).toBe('ready'), { timeout: 10_000 });
    expect(await clients.pub.publish('c', 'after')).toBe(0);
  } finally {
    clients.close();
  }
});
