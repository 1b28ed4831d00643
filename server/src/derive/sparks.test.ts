import { sparkSchema } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { SparksDeriver } from './sparks.ts';

const OPEN_MS = Date.UTC(2026, 0, 5, 9, 30);
const CLOSE_MS = Date.UTC(2026, 0, 5, 16);
const STEP_MS = 300_000;
const DAY_MS = 86_400_000;

function session(days = 0): Update {
  const [openTimeMs, closeTimeMs] = [OPEN_MS + days * DAY_MS, CLOSE_MS + days * DAY_MS];
  return { topic: 'session', time: openTimeMs, fields: { status: 'open', openTimeMs, closeTimeMs } };
}

function closes(firstTimeMs: number, ...prices: number[]): Update {
  const log = prices.map((price, index) => [firstTimeMs + index * STEP_MS, 50, 60, 40, price, 10]);
  return { topic: 'candles:ACME:5m', time: firstTimeMs, log };
}

function previousClose(price: number): Update {
  return { topic: 'quote:ACME', time: OPEN_MS, fields: { previousClose: price } };
}

function fold(deriver: SparksDeriver, ...updates: Update[]) {
  for (const update of updates) deriver.fold(update);
  const told = deriver.settle();
  expect(told.length).toBeLessThanOrEqual(1);
  const spark = told[0]?.fields?.['ACME'];
  return spark === undefined || spark === null ? spark : sparkSchema.parse(spark);
}

test('the closes of the session so far, without those of the days before', () => {
  const deriver = new SparksDeriver();
  const past = closes(OPEN_MS - DAY_MS, 48, 49);
  expect(fold(deriver, session(), past, closes(OPEN_MS, 51, 52), previousClose(49.5))).toEqual({
    sessionOpenTimeMs: OPEN_MS,
    sessionCloseTimeMs: CLOSE_MS,
    intervalMs: STEP_MS,
    baseline: 49.5,
    points: [51, 52],
  });
});

test('grows by a point when a candle closes, and says nothing in between', () => {
  const deriver = new SparksDeriver();
  fold(deriver, session(), closes(OPEN_MS, 51), previousClose(50));
  expect(
    fold(deriver, previousClose(50), { topic: 'candles:ACME:5m', time: 0, fields: { close: 53 } }),
  ).toBeUndefined();
  expect(fold(deriver, closes(OPEN_MS + STEP_MS, 52))?.points).toEqual([51, 52]);
  expect(fold(deriver, closes(OPEN_MS + STEP_MS, 52.5))?.points).toEqual([51, 52.5]);
});

test('goes on level where nothing was traded', () => {
  const deriver = new SparksDeriver();
  fold(deriver, session(), previousClose(50));
  expect(fold(deriver, closes(OPEN_MS + 2 * STEP_MS, 52))?.points).toEqual([50, 50, 52]);
  expect(fold(deriver, closes(OPEN_MS + 5 * STEP_MS, 53))?.points).toEqual([50, 50, 52, 52, 52, 53]);
});

test('begins anew with the next session', () => {
  const deriver = new SparksDeriver();
  fold(deriver, session(), closes(OPEN_MS, 51), previousClose(50));
  expect(fold(deriver, session(3), previousClose(51))).toMatchObject({
    sessionOpenTimeMs: OPEN_MS + 3 * DAY_MS,
    baseline: 51,
    points: [],
  });
  expect(fold(deriver, closes(OPEN_MS + 3 * DAY_MS, 54))?.points).toEqual([54]);
});

test('without a session its day counts, from its first candle', () => {
  const deriver = new SparksDeriver();
  expect(fold(deriver, closes(OPEN_MS, 51, 52))).toMatchObject({
    sessionOpenTimeMs: OPEN_MS,
    sessionCloseTimeMs: Date.UTC(2026, 0, 6),
    baseline: 50,
    points: [51, 52],
  });
  // A session that would be a line of 100,000 points is not believed.
  const endless = { topic: 'session', time: 0, fields: { openTimeMs: 0, closeTimeMs: 8e15 } };
  expect(fold(deriver, endless, closes(OPEN_MS + DAY_MS, 53))?.points).toEqual([53]);
});

test('a replay that starts over begins its line anew, a removed quote takes it away', () => {
  const deriver = new SparksDeriver();
  fold(deriver, session(), closes(OPEN_MS, 51, 52), previousClose(50));
  expect(fold(deriver, { ...closes(OPEN_MS, 55), reset: true })?.points).toEqual([55]);
  expect(fold(deriver, { topic: 'quote:ACME', time: 9, reset: true })).toBeNull();
});
