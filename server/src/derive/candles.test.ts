import type { Json } from '@bigboard/shared/json';
import { CANDLE_INTERVAL_MS, CANDLE_INTERVALS, type CandleInterval, type ClosedCandle } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CandleDeriver } from './candles.ts';

const OPEN_MS = Date.UTC(2026, 0, 5, 9, 30);
const MINUTE_MS = 60_000;

function trade(time: number, price: number, size = 10): Update {
  return { topic: 'trades:ACME', time, log: [{ price, size, side: 'buy' }] };
}

/** What the topics hold after what a deriver told. */
class Board {
  readonly #documents = new Map<string, { fields: Record<string, unknown>; log: ClosedCandle[] }>();

  apply(updates: readonly Update[]): void {
    for (const { topic, fields, log, reset } of updates) {
      const before = reset ? undefined : this.#documents.get(topic);
      this.#documents.set(topic, {
        fields: { ...before?.fields, ...fields },
        log: [...(before?.log ?? []), ...((log ?? []) as readonly ClosedCandle[])],
      });
    }
  }

  /** Closed candles and then the newest, if that is not closed; a closed one replaces an earlier one of its time. */
  candles(interval: CandleInterval, symbol = 'ACME'): ClosedCandle[] {
    const { fields, log } = this.#documents.get(`candles:${symbol}:${interval}`) ?? { fields: {}, log: [] };
    const byTime = new Map<unknown, ClosedCandle>();
    const { openTimeMs, open, high, low, close, volume } = fields;
    byTime.set(openTimeMs, [openTimeMs, open, high, low, close, volume] as ClosedCandle);
    for (const candle of log) byTime.set(candle[0], candle);
    return [...byTime.values()].sort((a, b) => a[0] - b[0]);
  }

  log(interval: CandleInterval, symbol = 'ACME'): ClosedCandle[] {
    return this.#documents.get(`candles:${symbol}:${interval}`)?.log ?? [];
  }
}

function run(deriver: CandleDeriver, batches: readonly (readonly Update[])[]): Update[] {
  return batches.flatMap((batch) => {
    for (const update of batch) deriver.fold(update);
    return [...deriver.settle(batch.at(-1)!.time)];
  });
}

/** Candles made the slow way: all trades of an interval at once. */
function aggregate(trades: readonly Update[], interval: CandleInterval): ClosedCandle[] {
  const openOf = ({ time }: Update) => Math.floor(time / CANDLE_INTERVAL_MS[interval]) * CANDLE_INTERVAL_MS[interval];
  return [...new Set(trades.map(openOf))].map((openTimeMs) => {
    const entries = trades.filter((update) => openOf(update) === openTimeMs).flatMap(({ log }) => log ?? []);
    const prices = entries.map((entry) => (entry as { price: number }).price);
    const volume = entries.reduce<number>((sum, entry) => sum + (entry as { size: number }).size, 0);
    return [openTimeMs, prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, volume];
  });
}

describe('CandleDeriver', () => {
  test('any trades in any batches give the candles one would make from all of them at once', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 7_200_000 })),
      price: fc.integer({ min: 1, max: 50_000 }).map((ticks) => ticks / 100),
      size: fc.integer({ min: 1, max: 1_000 }),
      endsBatch: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        let time = OPEN_MS;
        const trades: Update[] = [];
        const batches: Update[][] = [[]];
        for (const { waitMs, price, size, endsBatch } of steps) {
          time += waitMs;
          trades.push(trade(time, price, size));
          batches.at(-1)!.push(trades.at(-1)!);
          if (endsBatch) batches.push([]);
        }
        const board = new Board();
        const told = run(
          new CandleDeriver(),
          batches.filter((batch) => batch.length > 0),
        );
        board.apply(told);
        for (const interval of CANDLE_INTERVALS) {
          const expected = aggregate(trades, interval);
          expect(board.candles(interval)).toEqual(expected);
          expect(board.log(interval)).toEqual(expected.slice(0, -1));
        }
      }),
    );
  });

  test('a batch is told in one update a topic, with only what changed', () => {
    const deriver = new CandleDeriver();
    run(deriver, [[trade(OPEN_MS, 10), trade(OPEN_MS + 10, 11)]]);
    const told = run(deriver, [[trade(OPEN_MS + 20, 10.5), trade(OPEN_MS + MINUTE_MS, 10.75)]]);
    expect(told.map(({ topic }) => topic)).toEqual(CANDLE_INTERVALS.map((interval) => `candles:ACME:${interval}`));
    expect(told[0]).toEqual({
      topic: 'candles:ACME:1m',
      time: OPEN_MS + MINUTE_MS,
      fields: { openTimeMs: OPEN_MS + MINUTE_MS, open: 10.75, high: 10.75, low: 10.75, close: 10.75, volume: 10 },
      log: [[OPEN_MS, 10, 11, 10, 10.5, 30]],
    });
    expect(told[1]).toEqual({
      topic: 'candles:ACME:5m',
      time: OPEN_MS + MINUTE_MS,
      fields: { close: 10.75, volume: 40 },
    });
  });

  test('a candle closes when time has passed its end, though nothing more is traded', () => {
    const deriver = new CandleDeriver();
    run(deriver, [[trade(OPEN_MS, 10)]]);
    expect(deriver.settle(OPEN_MS + MINUTE_MS - 1)).toEqual([]);
    expect(deriver.settle(OPEN_MS + MINUTE_MS)).toEqual([
      { topic: 'candles:ACME:1m', time: OPEN_MS, log: [[OPEN_MS, 10, 10, 10, 10, 10]] },
    ]);
    expect(deriver.settle(OPEN_MS + 2 * MINUTE_MS)).toEqual([]);
  });

  test('all candles of the session close with it', () => {
    const deriver = new CandleDeriver();
    const times = { openTimeMs: OPEN_MS, closeTimeMs: OPEN_MS + 390 * MINUTE_MS };
    const closing = trade(times.closeTimeMs - 500, 12);
    run(deriver, [
      [{ topic: 'session', time: OPEN_MS, fields: { ...times, status: 'open' } }, trade(OPEN_MS, 10), closing],
    ]);
    deriver.fold({ topic: 'session', time: times.closeTimeMs, fields: { status: 'closed' } });
    const told = deriver.settle(times.closeTimeMs);
    expect(told.map(({ topic, log }) => [parseTopic(topic).view, (log as ClosedCandle[])[0]![0]])).toEqual([
      ['1m', times.closeTimeMs - MINUTE_MS],
      ['5m', times.closeTimeMs - 5 * MINUTE_MS],
      ['1h', times.closeTimeMs - 60 * MINUTE_MS],
      ['1d', Date.UTC(2026, 0, 5)],
    ]);
  });

  test('a trade a little late changes the candle before and tells it again', () => {
    const board = new Board();
    const deriver = new CandleDeriver();
    board.apply(run(deriver, [[trade(OPEN_MS, 10)], [trade(OPEN_MS + MINUTE_MS, 11)], [trade(OPEN_MS + 59_000, 12)]]));
    expect(board.candles('1m')).toEqual([
      [OPEN_MS, 10, 12, 10, 10, 20],
      [OPEN_MS + MINUTE_MS, 11, 11, 11, 11, 10],
    ]);
  });

  test('a source whose clock is not the log’s fills its candles all the same', () => {
    const deriver = new CandleDeriver();
    const board = new Board();
    for (let second = 0; second < 180; second++) {
      deriver.fold(trade(OPEN_MS + second * 1_000, 10));
      // Somebody else's updates are months ahead.
      board.apply(deriver.settle(OPEN_MS + 9e9 + second * 1_000));
    }
    expect(board.candles('1m').map(([time, , , , , volume]) => [time, volume])).toEqual([
      [OPEN_MS, 600],
      [OPEN_MS + MINUTE_MS, 600],
      [OPEN_MS + 2 * MINUTE_MS, 600],
    ]);
    expect(board.log('1m').length).toBeLessThanOrEqual(4);
  });

  describe('candles that others publish', () => {
    const given: Update = {
      topic: 'candles:ACME:1m',
      time: OPEN_MS + 90_000,
      fields: { openTimeMs: OPEN_MS + MINUTE_MS, open: 20, high: 22, low: 19, close: 21, volume: 500 },
      log: [[OPEN_MS, 18, 20, 18, 20, 400]],
    };

    test('are where it goes on from, and the trades told up to then are in them', () => {
      const told = run(new CandleDeriver(), [
        [given, trade(OPEN_MS + 80_000, 21), trade(OPEN_MS + 90_000, 21), trade(OPEN_MS + 91_000, 23, 5)],
      ]);
      expect(told[0]).toEqual({
        topic: 'candles:ACME:1m',
        time: OPEN_MS + 91_000,
        fields: { high: 23, close: 23, volume: 505 },
      });
    });

    test('are not told again', () => {
      expect(run(new CandleDeriver(), [[given]])).toEqual([]);
      expect(run(new CandleDeriver(), [[{ ...given, log: [[OPEN_MS + MINUTE_MS, 20, 22, 19, 21, 500]] }]])).toEqual([]);
    });

    test('a replay that starts over begins its candles anew', () => {
      const deriver = new CandleDeriver();
      const board = new Board();
      board.apply(run(deriver, [[trade(OPEN_MS, 10)], [trade(OPEN_MS + MINUTE_MS, 11)]]));
      board.apply(run(deriver, [[{ ...trade(OPEN_MS, 30), reset: true }]]));
      expect(board.candles('1m')).toEqual([[OPEN_MS, 30, 30, 30, 30, 10]]);
      board.apply(run(deriver, [[given, { ...trade(OPEN_MS + 80_000, 21), reset: true }]]));
      expect(board.candles('1m')).toEqual([[OPEN_MS, 30, 30, 30, 30, 10]]);
    });

    test('a removed trades topic takes its candles with it', () => {
      const deriver = new CandleDeriver();
      run(deriver, [[trade(OPEN_MS, 10)]]);
      const told = run(deriver, [[{ topic: 'trades:ACME', time: OPEN_MS + 5, reset: true }]]);
      expect(told).toEqual(
        CANDLE_INTERVALS.map((interval) => ({ topic: `candles:ACME:${interval}`, time: OPEN_MS + 5, reset: true })),
      );
    });
  });

  describe('quotes', () => {
    const quote = (time: number, fields: Update['fields']): Update => ({ topic: 'quote:BB', time, fields });

    test('an index is drawn from its quotes, without volume', () => {
      const board = new Board();
      const full = quote(OPEN_MS, { sector: 'Index', last: 100, status: 'open' });
      board.apply(run(new CandleDeriver(), [[full], [quote(OPEN_MS + 1_000, { last: 101 })]]));
      expect(board.candles('1m', 'BB')).toEqual([[OPEN_MS, 100, 101, 100, 101, 0]]);
    });

    test('what has been traded is not drawn from its quotes', () => {
      const board = new Board();
      board.apply(
        run(new CandleDeriver(), [[trade(OPEN_MS, 10)], [{ ...quote(OPEN_MS, { last: 99 }), topic: 'quote:ACME' }]]),
      );
      expect(board.candles('1m')).toEqual([[OPEN_MS, 10, 10, 10, 10, 10]]);
    });

    test('a price told before the opening or after the close makes no candle', () => {
      const deriver = new CandleDeriver();
      expect(run(deriver, [[quote(OPEN_MS, { sector: 'Index', last: 100, status: 'pre' })]])).toEqual([]);
      expect(run(deriver, [[quote(OPEN_MS, { last: 100, status: 'closed' })]])).toEqual([]);
    });
  });

  test('entries that are no trades are passed over', () => {
    const deriver = new CandleDeriver();
    const log: Json[] = [null, 5, 'x', [], {}, { price: 'high' }, { corrects: 3 }, { corrects: 3, price: 7, size: 1 }];
    expect(run(deriver, [[{ topic: 'trades:ACME', time: OPEN_MS, log }]])).toEqual([]);
  });
});
