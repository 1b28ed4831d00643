import { expect, test } from 'vitest';
import { RedisServer } from './redis-server.ts';

test('a Redis of a test keeps, loses and gets back what is in it as the test says', async () => {
  await using redis = await RedisServer.start();
  await redis.command('SET', 'a', 1);
  const copy = await redis.copyFiles();
  await redis.command('SET', 'a', 2);
  await redis.stop();
  await redis.start();
  expect(await redis.command('GET', 'a')).toBe('2');
  await redis.restartFrom(copy);
  expect(await redis.command('GET', 'a')).toBe('1');
  await redis.restartEmpty();
  expect(await redis.command('KEYS', '*')).toEqual([]);
});

test('one that stands still answers nobody until it goes on', async () => {
  await using redis = await RedisServer.start();
  redis.pause();
  let answer: unknown;
  const asked = redis.command('RPUSH', 'list', 'é', '').then((reply) => (answer = reply));
  await new Promise((later) => setTimeout(later, 30));
  expect(answer).toBeUndefined();
  redis.resume();
  expect(await asked).toBe(2);
  expect(await redis.command('LRANGE', 'list', 0, -1)).toEqual(['é', '']);
  await expect(redis.command('INCR', 'list')).rejects.toThrow('WRONGTYPE');
});
