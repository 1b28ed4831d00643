import { LIMITS } from '@bigboard/shared/limits';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import { ProducerNames } from './producer-names.ts';

test('counts the producers of a token over all instances, and forgets none that another has entered', async () => {
  const store = new MemoryStore(
    new ManualClock(),
    emptyLogs(() => 'epoch'),
  );
  const instances = [new ProducerNames(store), new ProducerNames(store)];
  const enter = (n: number) => (instances[n % 2] as ProducerNames).enter('markets', 'lab', `p${n}`);
  for (let n = 0; n < LIMITS.producersPerToken; n++) await enter(n);
  for (const n of [1_000_000, 1_000_001]) await expect(enter(n)).rejects.toMatchObject({ code: 'forbidden' });
  const { checkpoint } = await store.producer('markets', 'pushed:lab');
  expect((checkpoint as { producers: string[] }).producers).toHaveLength(LIMITS.producersPerToken);
});

test('enters those that come at once', async () => {
  const store = new MemoryStore(
    new ManualClock(),
    emptyLogs(() => 'epoch'),
  );
  const names = new ProducerNames(store);
  await Promise.all(['a', 'b', 'c'].map((producer) => names.enter('markets', 'lab', producer)));
  const { checkpoint } = await store.producer('markets', 'pushed:lab');
  expect(checkpoint).toEqual({ producers: ['a', 'b', 'c'] });
});
