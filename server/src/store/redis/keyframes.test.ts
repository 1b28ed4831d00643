import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogLines } from '../../../test/support/log-lines.ts';
import { SeveralStores, type Instance } from '../../../test/support/several-stores.ts';
import { fastClock } from '../../../test/support/fast-clock.ts';
import { RETAINED_UPDATES } from '../batch-window.ts';
import { keysOf } from './keys.ts';
import { RedisLink } from './redis-link.ts';
import { runKeyframe, STORE_SCRIPTS, type KeyframeStep } from './scripts.ts';

let stores: SeveralStores;
let first: Instance;
beforeEach(async () => {
  stores = await SeveralStores.start(() => 0.5, 0, fastClock(10));
  first = await stores.open('first');
});
afterEach(() => stores[Symbol.asyncDispose]());

const update = (topic: string, value: number): Update => ({ topic, time: value, fields: { value }, log: [value] });
const append = (...updates: Update[]) => first.store.append('markets', { producer: 'p', updates });
const keys = async () => keysOf('markets').of((await first.store.load('markets')).epoch);
const untilKeyframe = async (seq: number) => {
  const { keyframe } = await keys();
  await vi.waitFor(async () => expect(Number(await stores.redis.command('GET', keyframe))).toBe(seq), {
    timeout: 10_000,
    interval: 20,
  });
};
const documents = ({ store }: Instance) =>
  store
    .load('markets')
    .then((state) =>
      [...state.documents].filter(({ removed }) => !removed).sort((a, b) => (a.topic < b.topic ? -1 : 1)),
    );

test('documents are written now and then, and one that starts folds what came after', async () => {
  await append(update('a', 1), update('b', 2), { ...update('c', 3), log: [] });
  await untilKeyframe(3);
  await append(update('a', 4), update('d', 5), { topic: 'b', time: 6, reset: true });
  const second = await stores.open('second');
  expect(await documents(second)).toEqual(await documents(first));
  await untilKeyframe(6);
  const third = await stores.open('third');
  expect(await documents(third)).toEqual(await documents(first));
});

test('a topic that was removed leaves Redis, and comes back as a new one', async () => {
  await append(update('a', 1), update('b', 2));
  await untilKeyframe(2);
  await append({ topic: 'a', time: 3, reset: true });
  await untilKeyframe(3);
  await append(update('b', 4));
  await untilKeyframe(4);
  expect(await stores.redis.command('HKEYS', (await keys()).documents)).toEqual(['b']);
  await append(update('a', 5));
  await untilKeyframe(5);
  const second = await stores.open('second');
  expect(await documents(second)).toEqual(await documents(first));
});

test('the log is cut off where no reader needs it any more, never after the keyframe', async () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => update('a', index));
  for (let count = 0; count < 3 * RETAINED_UPDATES; count += 1_000) await append(...thousand);
  await untilKeyframe(3 * RETAINED_UPDATES);
  const { log } = await keys();
  const kept = Number(await stores.redis.command('XLEN', log));
  expect(kept).toBeGreaterThanOrEqual(RETAINED_UPDATES / 1_000);
  expect(kept).toBeLessThan((3 * RETAINED_UPDATES) / 1_000);
  const second = await stores.open('second');
  expect(await second.store.load('markets')).toEqual(await first.store.load('markets'));
});

test('an older document never takes the place of a newer one, nor a cut what is after the keyframe', async () => {
  stores.areKept = false;
  await stores.kill(first);
  await stores.redis.command('FLUSHALL');
  first = await stores.open('unkept');
  const link = new RedisLink({ url: stores.redis.url, name: 'test' }, STORE_SCRIPTS, new LogLines());
  try {
    await vi.waitFor(() => expect(link.runId).toBeDefined(), { timeout: 10_000 });
    for (let value = 1; value <= 400; value++) await append(update('a', value));
    const { epoch } = await first.store.load('markets');
    const own = await keys();
    const at = (seq: number) => ({ topic: 'x', seq, state: `"${seq}"` });
    const write = (base: number, step: Omit<KeyframeStep, 'base'>) =>
      runKeyframe(link, keysOf('markets'), epoch, { base, ...step });
    expect(await write(0, { documents: [at(3)], keyframe: 3 })).toBe(3);
    expect(await write(3, { documents: [at(7)] })).toBe(3);
    expect(await write(3, { documents: [at(6)] })).toBe(3);
    // Whoever begins elsewhere than at the keyframe writes nothing at all.
    expect(await write(2, { documents: [at(9)], keyframe: 9 })).toBe(3);
    expect(await stores.redis.command('HGET', own.documents, 'x')).toBe('7|"7"');
    expect(await runKeyframe(link, keysOf('markets'), 'another', { base: 3, documents: [at(9)] })).toBeUndefined();
    expect(await write(3, { documents: [], trimTo: 400 })).toBe(3);
    const [[oldest]] = (await stores.redis.command('XRANGE', own.log, '-', '+', 'COUNT', 1)) as [[string]];
    expect(Number(oldest.split('-')[0])).toBeLessThanOrEqual(4);
  } finally {
    link.close();
  }
});
