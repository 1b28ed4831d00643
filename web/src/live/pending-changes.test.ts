import { logLimitOf } from '@bigboard/shared/kinds';
import type { Change } from '@bigboard/shared/replica';
import { Entry, TopicDocument } from '@bigboard/shared/topic-document';
import { expect, test } from 'vitest';
import { PendingChanges } from './pending-changes.ts';

const TOPIC = 'trades:KIKO';
const document = new TopicDocument(TOPIC, 0);

/** A change that appends one entry for each number. */
function changeOf(numbers: readonly number[], full: 0 | 1 | 2 = 0): Change {
  return { topic: TOPIC, document, full, news: numbers.map((n) => new Entry(n, n, n, n)), removed: false };
}

test('news of several changes are handed over together, once', () => {
  const pending = new PendingChanges();
  pending.add(changeOf([1, 2]), 10);
  pending.add(changeOf([3]), 20);
  const [taken] = pending.take();
  expect(taken?.news.map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(taken).toMatchObject({ isFull: false, receivedAtMs: 20 });
  expect(pending.take()).toEqual([]);
});

test('a numbering that began anew drops the news before it, and stays told', () => {
  const pending = new PendingChanges();
  pending.add(changeOf([7, 8]), 10);
  pending.add(changeOf([1], 2), 20);
  pending.add(changeOf([2]), 30);
  const [taken] = pending.take();
  expect(taken?.news.map(({ n }) => n)).toEqual([1, 2]);
  expect(taken?.isFull).toBe(true);
});

test('a page that does not paint for long keeps no more news than the document has entries', () => {
  const pending = new PendingChanges();
  const limit = logLimitOf(TOPIC);
  for (let n = 1; n <= 10 * limit; n++) pending.add(changeOf([n]), n);
  const [taken] = pending.take();
  expect(taken?.news).toHaveLength(limit);
  expect(taken?.news.at(-1)?.n).toBe(10 * limit);
});
