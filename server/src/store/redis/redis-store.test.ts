import { afterAll, beforeAll } from 'vitest';
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
