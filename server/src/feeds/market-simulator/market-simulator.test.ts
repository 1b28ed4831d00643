import { createHash } from 'node:crypto';
import {
  closedCandleSchema,
  depthSchema,
  formingCandleSchema,
  quoteSchema,
  sessionSchema,
  tradeSchema,
  type ClosedCandle,
  type FormingCandle,
  type Quote,
  type Trade,
} from '@bigboard/shared/market';
import type { Json } from '@bigboard/shared/json';
import { formatUpdate, type NamespacedUpdate } from '@bigboard/shared/recording';
import { parseTopic } from '@bigboard/shared/topic';
import { updateSchema, type Update } from '@bigboard/shared/update';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { TimedUpdate } from '../feed.ts';
import { MarketSimulator } from './market-simulator.ts';

/** What a reader holds of each topic. */
class Documents {
  readonly fields = new Map<string, Record<string, unknown>>();
  readonly logs = new Map<string, unknown[]>();

  apply({ topic, fields, log }: Update): void {
    this.fields.set(topic, { ...this.fields.get(topic), ...fields });
    this.logs.set(topic, [...(this.logs.get(topic) ?? []), ...(log ?? [])]);
  }

  topics(kind: string): string[] {
    return [...this.fields.keys()].filter((topic) => parseTopic(topic).kind === kind);
  }

  quote(symbol: string): Quote {
    return this.fields.get(`quote:${symbol}`) as unknown as Quote;
  }
}

function hash(updates: Iterable<NamespacedUpdate>): string {
  const hash = createHash('sha256');
  for (const update of updates) hash.update(formatUpdate(update));
  return hash.digest('hex');
}

function takeNext(simulator: MarketSimulator, count: number): TimedUpdate[] {
  return Array.from({ length: count }, () => simulator.next());
}

function isOnTick(price: number): boolean {
  return price === Math.round(price * 100) / 100;
}

/** What is wrong with a quote; collected rather than expected one by one, as there are hundreds of thousands. */
function faultsOf(quote: Quote): string[] {
  const { symbol, last, open, high, low, previousClose, change, changePercent, bid, ask } = quote;
  const isIndex = quote.sector === 'Index';
  const faults = {
    tick: ![last, open, high, low, previousClose, change].every(isOnTick),
    range: low > Math.min(last, open) || high < Math.max(last, open),
    change: Math.abs(change - (last - previousClose)) > 1e-6,
    changePercent: Math.abs(changePercent - (100 * change) / previousClose) > 0.0051,
    book: isIndex
      ? bid !== undefined || ask !== undefined
      : !isOnTick(bid!) || !isOnTick(ask!) || bid! <= 0 || ask! - bid! < 0.0099,
  };
  return Object.entries(faults).flatMap(([name, isWrong]) => (isWrong ? [`${symbol}: ${name}`] : []));
}

describe('the same seed', () => {
  test('gives the same market on every Node version, byte for byte', () => {
    const simulator = new MarketSimulator({ seed: 7 });
    expect(hash(simulator.opening())).toBe('9ed6fd1d5569ed66d3655d99ec0740bf55b052a2fcc1f73b4a13a05ee8951d0b');
    expect(hash(takeNext(simulator, 20_000))).toBe('0111ce2c41aa985b07caba0d888e94bb753b0fb1e4ece231be242f8156688603');
  });

  test('does so whether or not the opening was asked for', () => {
    const [asked, other] = [new MarketSimulator({ seed: 9, symbols: 5 }), new MarketSimulator({ seed: 9, symbols: 5 })];
    for (const _ of asked.opening());
    expect(takeNext(other, 1_000)).toEqual(takeNext(asked, 1_000));
  });

  test('and another one gives another', () => {
    const pricesOf = (seed: number) => {
      const opening = [...new MarketSimulator({ seed, symbols: 5 }).opening()];
      return opening
        .filter(({ update }) => update.topic.startsWith('quote:'))
        .map(({ update }) => update.fields?.['last']);
    };
    expect(pricesOf(1)).not.toEqual(pricesOf(2));
  });
});

describe('the opening', () => {
  const documents = new Documents();
  const simulator = new MarketSimulator({ seed: 7 });
  const opening = [...simulator.opening()];
  const start = simulator.startTimeMs;
  beforeAll(() => opening.forEach(({ update }) => documents.apply(update)));

  const closedOf = (topic: string) => documents.logs.get(topic) as ClosedCandle[];
  /** Closed ones and the forming one, as a chart draws them. */
  const candlesOf = (topic: string): ClosedCandle[] => {
    const { openTimeMs, open, high, low, close, volume } = documents.fields.get(topic) as unknown as FormingCandle;
    const closed = closedOf(topic);
    if (closed.at(-1)?.[0] === openTimeMs) return closed;
    return [...closed, [openTimeMs, open, high, low, close, volume]];
  };
  /** Candles of a longer interval made from those of a shorter one. */
  const widen = (candles: readonly ClosedCandle[], intervalMs: number): ClosedCandle[] => {
    const wide = new Map<number, ClosedCandle>();
    for (const [time, open, high, low, close, volume] of candles) {
      const openTimeMs = Math.floor(time / intervalMs) * intervalMs;
      const [, first, top, bottom, , sum] = wide.get(openTimeMs) ?? [0, open, high, low, close, 0];
      wide.set(openTimeMs, [openTimeMs, first, Math.max(top, high), Math.min(bottom, low), close, sum + volume]);
    }
    return [...wide.values()];
  };

  test('has only updates of the contract, and none of them a large one', () => {
    for (const { namespace, update } of opening) {
      expect(namespace).toBe('markets');
      updateSchema.parse(update);
      expect(update.time).toBeLessThanOrEqual(start);
      expect(formatUpdate({ namespace, update }).length).toBeLessThan(262_144);
    }
    expect(documents.topics('quote')).toHaveLength(53);
    expect(documents.topics('depth')).toHaveLength(48);
    for (const topic of documents.topics('quote')) quoteSchema.parse(documents.fields.get(topic));
    for (const topic of documents.topics('depth')) {
      const { bids, asks } = depthSchema.parse(documents.fields.get(topic));
      expect([bids.length, asks.length]).toEqual([5, 5]);
    }
    for (const topic of documents.topics('candles')) {
      formingCandleSchema.parse(documents.fields.get(topic));
      for (const entry of closedOf(topic)) closedCandleSchema.parse(entry);
    }
    expect(sessionSchema.parse(documents.fields.get('session')).status).toBe('open');
  });

  test('says it is simulated', () => {
    expect(simulator).toMatchObject({ name: 'market', title: 'Simulated market', source: 'simulated', speed: 1 });
  });

  test('begins in mid-session with the past of every instrument', () => {
    expect(new Date(start).toISOString()).toBe('2026-01-14T13:00:30.000Z');
    for (const topic of documents.topics('quote')) {
      const { id: symbol, kind: _ } = parseTopic(topic);
      const counts = ['1m', '5m', '1h', '1d'].map((interval) => candlesOf(`candles:${symbol}:${interval}`).length);
      // Some quiet stock may not have traded in the newest minute.
      expect(counts[0]).toBeGreaterThanOrEqual(208);
      expect(counts[0]).toBeLessThanOrEqual(211);
      expect(counts.slice(1)).toEqual([5 * 78 + 43, 30 * 7 + 5, 121]);
    }
  });

  test('has candles on the tick that hold their own open and close, in order', () => {
    for (const topic of documents.topics('candles')) {
      const candles = candlesOf(topic);
      const wrong = candles.filter(([time, open, high, low, close, volume], index) => {
        const isLater = index === 0 || time > candles[index - 1]![0];
        const isAround = high >= Math.max(open, close) && low <= Math.min(open, close);
        return !isLater || !isAround || volume < 0 || ![open, high, low, close].every(isOnTick);
      });
      expect(wrong).toEqual([]);
    }
  });

  test('has longer candles that are the sum of the shorter ones', () => {
    for (const topic of documents.topics('quote')) {
      const name = (interval: string) => `candles:${parseTopic(topic).id}:${interval}`;
      const today = widen(candlesOf(name('1m')), 300_000);
      expect(candlesOf(name('5m')).slice(-today.length)).toEqual(today);
      const hours = widen(candlesOf(name('5m')), 3_600_000);
      expect(candlesOf(name('1h')).slice(-hours.length)).toEqual(hours);
      const days = widen(candlesOf(name('1h')), 86_400_000);
      expect(candlesOf(name('1d')).slice(-days.length)).toEqual(days);
    }
  });

  test('has quotes that say what the candles say', () => {
    for (const topic of documents.topics('quote')) {
      const quote = documents.quote(parseTopic(topic).id!);
      expect(faultsOf(quote)).toEqual([]);
      const [yesterday, today] = candlesOf(`candles:${quote.symbol}:1d`).slice(-2);
      expect(quote.previousClose).toBe(yesterday![4]);
      expect([quote.open, quote.high, quote.low, quote.last, quote.volume]).toEqual(today!.slice(1));
    }
  });

  test('has some trades of each stock, the last one at the last price', () => {
    for (const topic of documents.topics('depth')) {
      const symbol = parseTopic(topic).id!;
      const trades = documents.logs.get(`trades:${symbol}`) as Trade[];
      for (const trade of trades) tradeSchema.parse(trade);
      expect(trades.length).toBeGreaterThanOrEqual(20);
      expect(trades.at(-1)!.price).toBe(documents.quote(symbol).last);
    }
  });

  test('is told once', () => {
    expect([...simulator.opening()]).toEqual([]);
  });

  test('has every stock of a large market too', () => {
    const large = [...new MarketSimulator({ seed: 1, symbols: 120 }).opening()];
    expect(large.filter(({ update }) => update.topic.startsWith('depth:'))).toHaveLength(120);
  });
});

describe('the running market', () => {
  test('keeps to the contract and its own rules through a close and the next opening', () => {
    const documents = new Documents();
    const simulator = new MarketSimulator({ seed: 3, startMinute: 387 });
    for (const { update } of simulator.opening()) documents.apply(update);
    const faults: string[] = [];
    const statuses: string[] = [];
    const depthTimes = new Map<string, number>();
    let dueTimeMs = simulator.startTimeMs;
    let closedAtMs = Infinity;
    let openAtMs = Infinity;
    while (dueTimeMs < Math.min(openAtMs + 60_000, simulator.startTimeMs + 1_000_000)) {
      const { update, dueTimeMs: due } = simulator.next();
      const { topic, time, fields, log } = update;
      const { kind, id } = parseTopic(topic);
      if (due < dueTimeMs) faults.push(`${topic}: due before the one before it`);
      dueTimeMs = due;
      if (!updateSchema.safeParse(update).success) faults.push(`${topic}: no update`);
      if (kind !== 'trades') documents.fields.set(topic, { ...documents.fields.get(topic), ...fields });
      if (kind === 'trades') {
        if (!z.array(tradeSchema).min(1).safeParse(log).success) faults.push(`${topic}: no trade`);
      } else if (kind === 'session') {
        const { status } = sessionSchema.parse(fields);
        statuses.push(status);
        if (status === 'closed') closedAtMs = due;
        if (status === 'open') openAtMs = due;
      } else if (kind === 'quote') {
        faults.push(...faultsOf(documents.quote(id!)));
      } else if (kind === 'depth') {
        const { bids, asks } = depthSchema.parse(fields);
        if (bids.length !== 5 || asks.length !== 5 || bids[0]![0] >= asks[0]![0]) faults.push(`${topic}: levels`);
        if (![...bids, ...asks].every(([price]) => isOnTick(price))) faults.push(`${topic}: tick`);
        if (time - (depthTimes.get(topic) ?? -Infinity) < 1_000) faults.push(`${topic}: too often`);
        depthTimes.set(topic, time);
      } else {
        faults.push(`${topic}: unknown`);
      }
    }
    expect(faults).toEqual([]);
    expect(statuses).toEqual(['auction', 'closed', 'pre', 'auction', 'open']);
    expect(openAtMs - closedAtMs).toBeLessThanOrEqual(30_000);
    expect(documents.fields.get('session')).toMatchObject({ openTimeMs: Date.UTC(2026, 0, 16, 9, 30) });
  }, 30_000);

  test('every stock prints a closing and an opening price, and its day begins anew', () => {
    const simulator = new MarketSimulator({ seed: 3, startMinute: 389 });
    const documents = new Documents();
    for (const { update } of simulator.opening()) documents.apply(update);
    const prints = new Map<string, Trade[]>();
    const closes = new Map<string, number>();
    const end = simulator.startTimeMs + 60_000;
    for (let timed = simulator.next(); timed.dueTimeMs < end; timed = simulator.next()) {
      documents.apply(timed.update);
      const { kind, id } = parseTopic(timed.update.topic);
      for (const trade of (timed.update.log ?? []) as Trade[]) {
        if (trade.side === 'auction') prints.set(id!, [...(prints.get(id!) ?? []), trade]);
      }
      if (kind === 'quote' && timed.update.fields?.['status'] === 'closed') closes.set(id!, documents.quote(id!).last);
    }
    expect(closes.size).toBe(53);
    for (const topic of documents.topics('depth')) {
      const { symbol, previousClose, open, volume, status } = documents.quote(parseTopic(topic).id!);
      const [closing, opening] = prints.get(symbol)!;
      expect(status).toBe('open');
      expect(previousClose).toBe(closes.get(symbol));
      expect(previousClose).toBe(closing!.price);
      expect(open).toBe(opening!.price);
      expect(volume).toBeLessThan(1_000_000);
    }
  });

  test('a halted stock stands still for some minutes and comes back with an auction', () => {
    const simulator = new MarketSimulator({ seed: 2 });
    const halts: { symbol: string; fromMs: number; statuses: string[]; untilMs?: number }[] = [];
    const halted = new Map<string, (typeof halts)[number]>();
    for (let count = 0; count < 500_000 && halts.every(({ untilMs }) => untilMs === undefined); count++) {
      const { topic, time, fields, log } = simulator.next().update;
      const symbol = parseTopic(topic).id ?? '';
      const halt = halted.get(symbol);
      const status = fields?.['status'];
      if (log !== undefined && halt !== undefined) expect((log[0] as Trade).side).toBe('auction');
      if (status === 'halted') {
        const begun = { symbol, fromMs: time, statuses: ['halted'] };
        halted.set(symbol, begun);
        halts.push(begun);
      } else if (halt !== undefined && typeof status === 'string') {
        halt.statuses.push(status);
        if (status === 'open') halt.untilMs = time;
        if (status !== 'auction') halted.delete(symbol);
      }
    }
    const halt = halts.find(({ untilMs }) => untilMs !== undefined);
    expect(halt?.statuses).toEqual(['halted', 'auction', 'open']);
    expect(halt!.untilMs! - halt!.fromMs).toBeGreaterThan(120_000);
    expect(halt!.untilMs! - halt!.fromMs).toBeLessThan(300_000);
  }, 30_000);

  test('tells some 100 to 200 updates a second in mid-session', () => {
    const simulator = new MarketSimulator({ seed: 5 });
    let count = 0;
    while (simulator.next().dueTimeMs < simulator.startTimeMs + 120_000) count++;
    expect(count / 120).toBeGreaterThan(90);
    expect(count / 120).toBeLessThan(220);
  });
});

describe('a saved market', () => {
  test('goes on as if it had never stopped, from any place, through a night too', () => {
    const options = { seed: 4, startMinute: 389 };
    const simulator = new MarketSimulator(options);
    for (const _ of simulator.opening());
    // About 400 at a time: 30 s of trading, the close, the opening, the busy minute after it.
    for (let place = 0; place < 40; place++) {
      const text = JSON.stringify(simulator.state());
      expect(text.length).toBeLessThanOrEqual(16_384);
      const restored = new MarketSimulator(options);
      expect(restored.restore(JSON.parse(text) as Json)).toBe(true);
      expect([...restored.opening()]).toEqual([]);
      const followed = takeNext(simulator, 397);
      expect(takeNext(restored, 397)).toEqual(followed);
      expect(JSON.stringify(restored.state())).toBe(JSON.stringify(simulator.state()));
    }
  });

  test('is a copy that does not move with the market', () => {
    const simulator = new MarketSimulator({ seed: 4, symbols: 3 });
    const saved = simulator.state();
    const text = JSON.stringify(saved);
    takeNext(simulator, 500);
    expect(JSON.stringify(saved)).toBe(text);
  });

  test('of before the opening brings the opening back', () => {
    const options = { seed: 4, symbols: 3 };
    const simulator = new MarketSimulator(options);
    const state = simulator.state();
    const opening = hash(simulator.opening());
    takeNext(simulator, 10);
    expect(simulator.restore(state)).toBe(true);
    expect(hash(simulator.opening())).toBe(opening);
  });

  test('of another market is refused, and so is what is no market at all', () => {
    const simulator = new MarketSimulator({ seed: 4, symbols: 3 });
    takeNext(simulator, 10);
    const state = simulator.state();
    for (const other of [
      { seed: 5, symbols: 3 },
      { seed: 4, symbols: 4 },
      { seed: 4, symbols: 3, startMinute: 9 },
    ]) {
      expect(new MarketSimulator(other).restore(state)).toBe(false);
    }
    const saved = state as { running: { stocks: { bids: unknown[] } } };
    const broken = structuredClone(saved);
    broken.running.stocks.bids.pop();
    for (const other of [null, 7, [], {}, { ...saved, version: 2 }, { ...saved, running: {} }, broken]) {
      expect(simulator.restore(other as Json)).toBe(false);
    }
    expect(simulator.state()).toEqual(state);
  });
});

test('options out of range are refused', () => {
  for (const options of [
    { seed: 0.5 },
    { seed: Number.NaN },
    { seed: 1, startMinute: 4 },
    { seed: 1, startMinute: 390 },
  ]) {
    expect(() => new MarketSimulator(options)).toThrow(RangeError);
  }
});
