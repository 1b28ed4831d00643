import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const takeAll = (bucket: TokenBucket, nowMs: number): number => {
  let taken = 0;
  while (bucket.take(nowMs)) taken++;
  return taken;
};

it('gives its burst at once and then at its rate', () => {
  const bucket = new TokenBucket(40, 20, 1_000);
  expect(takeAll(bucket, 1_000)).toBe(40);
  expect(takeAll(bucket, 1_500)).toBe(10);
  expect(takeAll(bucket, 1_500)).toBe(0);
  expect(takeAll(bucket, 2_500)).toBe(20);
});

it('never saves up more than its burst', () => {
  const bucket = new TokenBucket(3, 100, 0);
  expect(takeAll(bucket, 1e12)).toBe(3);
});

it('says when the next one will be there, and keeps that promise', () => {
  const bucket = new TokenBucket(1, 20, 0);
  expect(bucket.retryInMs()).toBe(0);
  expect(bucket.take(0)).toBe(true);
  expect(bucket.take(0)).toBe(false);
  const waitMs = bucket.retryInMs();
  expect(waitMs).toBe(50);
  expect(bucket.take(waitMs)).toBe(true);
});

it('gives as much in the long run however often it is asked', () => {
  const bucket = new TokenBucket(10, 20, 0);
  let taken = 0;
  for (let nowMs = 0; nowMs <= 60_000; nowMs += 7) if (bucket.take(nowMs)) taken++;
  expect(taken).toBeGreaterThanOrEqual(60 * 20 + 9);
  expect(taken).toBeLessThanOrEqual(60 * 20 + 10);
});
