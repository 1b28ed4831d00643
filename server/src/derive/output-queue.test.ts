import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { OutputQueue } from './output-queue.ts';

const update = (topic: string): Update => ({ topic, time: 1 });

test('everything that waits goes in one batch, in order', () => {
  const queue = new OutputQueue(0);
  queue.add(3, 3, [update('a')]);
  queue.add(5, 2, [update('b'), update('a')]);
  expect(queue.seq).toBe(5);
  expect(queue.take()).toEqual([update('a'), update('b'), update('a')]);
  expect(queue.take()).toBeUndefined();
});

test('what was not stored goes before what has come since', () => {
  const queue = new OutputQueue(0);
  queue.add(1, 1, [update('a')]);
  const refused = queue.take() ?? [];
  queue.add(2, 1, [update('b')]);
  queue.putBack(refused);
  expect(queue.take()).toEqual([update('a'), update('b')]);
});

test('the place alone is worth a batch after 1,000 updates, and is tried again when refused', () => {
  const queue = new OutputQueue(0);
  queue.add(999, 999, []);
  expect(queue.take()).toBeUndefined();
  queue.add(1_000, 1, []);
  expect(queue.take()).toEqual([]);
  expect(queue.take()).toBeUndefined();
  queue.putBack([]);
  expect(queue.take()).toEqual([]);
});

test('output brings the place, so the count begins anew', () => {
  const queue = new OutputQueue(0);
  queue.add(900, 900, [update('a')]);
  expect(queue.take()).toHaveLength(1);
  queue.add(1_800, 900, []);
  expect(queue.take()).toBeUndefined();
});
