import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogLines } from '../../../test/support/log-lines.ts';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { epochKeyList, keysOf } from './keys.ts';
import { RedisLink } from './redis-link.ts';
import { runSettle, STORE_SCRIPTS } from './scripts.ts';
import { seedOf, writeEpoch } from './seed.ts';

const keys = keysOf('markets');
let redis: RedisServer;
let link: RedisLink;
beforeEach(async () => {
  redis = await RedisServer.start();
  link = new RedisLink({ url: redis.url, name: 'test' }, STORE_SCRIPTS, new LogLines());
  await vi.waitFor(() => expect(link.runId).toBeDefined(), { timeout: 10_000 });
});
afterEach(async () => {
  link.close();
  await redis[Symbol.asyncDispose]();
});

const settle = (from: string, to: string) =>
  runSettle(
    link,
    keys,
    { epoch: from, life: from === '' ? '' : 'l' },
    { epoch: to, life: 'l', generation: 1, continues: '' },
  );
const msLeft = async (epoch: string) => {
  const there = await Promise.all(
    epochKeyList(keys.of(epoch)).map(async (key) => Number(await redis.command('PTTL', key))),
  );
  return there.filter((ms) => ms !== -2);
};

test('what was prepared goes by itself, until it is decided; then what was before does', async () => {
  await writeEpoch(link, keys, 'a', seedOf(undefined));
  expect(Math.min(...(await msLeft('a')))).toBeGreaterThan(0);
  expect(await settle('', 'a')).toBe(true);
  expect(await msLeft('a')).toEqual([-1, -1]);
  await writeEpoch(link, keys, 'b', seedOf(undefined));
  expect(await settle('a', 'b')).toBe(true);
  expect(await msLeft('b')).toEqual([-1, -1]);
  expect(Math.min(...(await msLeft('a')))).toBeGreaterThan(0);
});

test('nobody decides for what has gone meanwhile, nor after another has decided', async () => {
  await writeEpoch(link, keys, 'a', seedOf(undefined));
  await settle('', 'a');
  await writeEpoch(link, keys, 'b', seedOf(undefined));
  await redis.command('UNLINK', ...epochKeyList(keys.of('b')));
  expect(await settle('a', 'b')).toBe(false);
  await writeEpoch(link, keys, 'b', seedOf(undefined));
  expect(await settle('', 'b')).toBe(false);
  expect(await redis.command('GET', keys.epoch)).toBe('a');
  expect(await settle('a', 'a')).toBe(true);
});
