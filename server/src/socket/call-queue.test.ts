import { expect, test } from 'vitest';
import { CallQueue } from './call-queue.ts';

test('answers at once while nothing waits', () => {
  const calls = new CallQueue();
  expect(calls.answer(() => 1)).toBe(1);
  expect(() =>
    calls.answer(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(calls.answer(() => 2)).toBe(2);
});

test('keeps the order behind one that waits, whatever becomes of it', async () => {
  const calls = new CallQueue();
  const order: number[] = [];
  let fail: (error: Error) => void = () => undefined;
  const first = calls.answer(() => new Promise<number>((_, reject) => (fail = reject)));
  const second = calls.answer(() => order.push(2));
  const third = calls.answer(() => order.push(3));
  expect(order).toEqual([]);
  fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await Promise.all([second, third]);
  expect(order).toEqual([2, 3]);
  expect(calls.answer(() => 4)).toBe(4);
});
