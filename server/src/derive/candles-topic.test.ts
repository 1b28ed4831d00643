import { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { CandleTopic } from './candles-topic.ts';

const OPEN_MS = Date.UTC(2026, 0, 5, 9, 30);
const MINUTE_MS = 60_000;
const TOPIC = 'candles:ACME:1m';

function part(afterMs: number, price: number, volume = 1) {
  return { timeMs: OPEN_MS + afterMs, open: price, high: price, low: price, close: price, volume };
}

function documentOf(...updates: readonly Update[]): TopicDocument {
  const document = new TopicDocument(TOPIC, 0);
  updates.forEach((update, index) => document.apply(update, index + 1));
  return document;
}

const given: Update = {
  topic: TOPIC,
  time: OPEN_MS + 90_000,
  fields: { openTimeMs: OPEN_MS + MINUTE_MS, open: 20, high: 22, low: 19, close: 21, volume: 500 },
  log: [[OPEN_MS, 18, 20, 18, 20, 400]],
};

test('goes on from its document: the forming candle, the closed ones, a late price for the one before', () => {
  const candles = new CandleTopic('ACME', '1m');
  candles.restore(documentOf(given));
  candles.add(part(30_000, 25));
  candles.add(part(100_000, 23));
  expect(candles.tell()).toEqual({
    topic: TOPIC,
    time: OPEN_MS + 100_000,
    fields: { high: 23, close: 23, volume: 501 },
    log: [[OPEN_MS, 18, 25, 18, 20, 401]],
  });
});

test('a closed candle is closed still', () => {
  const candles = new CandleTopic('ACME', '1m');
  const closed: Update = { topic: TOPIC, time: OPEN_MS, log: [[OPEN_MS + MINUTE_MS, 20, 22, 19, 21, 500]] };
  candles.restore(documentOf(given, closed));
  expect(candles.isNewestClosed).toBe(true);
  candles.closeUntil(OPEN_MS + 10 * MINUTE_MS);
  expect(candles.tell()).toBeUndefined();
});

test('prices from before candles that others have written meanwhile are taken for what these hold', () => {
  const candles = new CandleTopic('ACME', '1m');
  candles.restore(documentOf(given), undefined, 1);
  candles.add(part(70_000, 50));
  candles.closeUntil(OPEN_MS + 10 * MINUTE_MS);
  expect(candles.tell()).toBeUndefined();
  candles.takeOver(given);
  candles.add(part(80_000, 50));
  expect(candles.tell()).toBeUndefined();
  candles.add(part(95_000, 23, 5));
  expect(candles.tell()?.fields).toEqual({ high: 23, close: 23, volume: 505 });
});

test('candles of others that come after a restart of the trades are kept by the reset', () => {
  const candles = new CandleTopic('ACME', '1m');
  candles.restore(documentOf({ topic: TOPIC, time: OPEN_MS, log: [[OPEN_MS - MINUTE_MS, 1, 1, 1, 1, 1]] }));
  candles.restart(OPEN_MS + 1);
  candles.takeOver(given);
  expect(candles.tell()).toEqual({ ...given, reset: true });
});
