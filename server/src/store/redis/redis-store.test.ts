import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogLines } from '../../../test/support/log-lines.ts';
import { RedisServer } from '../../../test/support/redis-server.ts';
import { systemClock } from '../../clock.ts';
import { RETAINED_UPDATES } from '../batch-window.ts';
import { testStore } from '../store.contract.ts';
import { openRedisStore } from './redis-store.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis[Symbol.asyncDispose]());

let opened = 0;

testStore('the store in Redis', async () => {
  await redis.command('FLUSHALL');
  const bus = { publish: () => undefined, onMessage: () => () => undefined };
  const instance = `test-${++opened}`;
  const options = { url: redis.url, instance, name: 'test', newEpoch: () => `epoch-${++opened}`, bus, patienceMs: 0 };
  const store = await openRedisStore(options, systemClock, new LogLines());
  return { store, retainedUpdates: RETAINED_UPDATES };
});

test('catches up with what no message has told it of', async () => {
  await redis.command('FLUSHALL');
  const bus = { publish: () => undefined, onMessage: () => () => undefined };
  const open = (name: string) => {
    const options = { url: redis.url, instance: name, name, newEpoch: () => `epoch-${++opened}`, bus, patienceMs: 0 };
    return openRedisStore(options, systemClock, new LogLines());
  };
  const [one, two] = [await open('one'), await open('two')];
  await one.append('markets', { producer: 'p', updates: [{ topic: 'a', time: 1, fields: { value: 1 } }] });
  const heard: number[] = [];
  two.onAppended(({ to }) => heard.push(to));
  await Promise.all([two.catchUp('markets'), two.catchUp('markets')]);
  expect(heard).toEqual([1]);
  await Promise.all([one.close(), two.close()]);
  await expect(two.catchUp('markets')).rejects.toMatchObject({ code: 'unavailable' });
});
