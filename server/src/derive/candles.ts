import type { Json } from '@bigboard/shared/json';
import { CANDLE_INTERVALS, type CandleInterval } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import { CandleTopic } from './candles-topic.ts';
import type { Deriver, Restored } from './deriver.ts';

const SETTLE_MS = 60_000;

interface Instrument {
  readonly candles: Readonly<Record<CandleInterval, CandleTopic>>;
  isIndex: boolean;
  /** By its quote: a price told before the opening or after the close is an old one. */
  isShut: boolean;
  /** False once a price came for a candle that time had closed: its source's clock is not the log's, so only its own prices close. */
  followsStreamTime: boolean;
}

/** The symbols by what is particular about them: of most there is nothing to say. */
const stateSchema = z.object({
  minute: z.number(),
  session: z.object({ openTimeMs: z.number().optional(), closeTimeMs: z.number().optional() }),
  indices: z.array(z.string()),
  shut: z.array(z.string()),
  ownClock: z.array(z.string()),
  /** By topic. */
  coveredUntilMs: z.record(z.string(), z.number()),
});

/**
 * `trades:SYM` -> `candles:SYM:1m|5m|1h|1d`. An index, and what has not been traded by its candles, is drawn from the
 * `last` of its quotes instead. A candle closes with the first price of a later interval, when stream time has passed its
 * end, or with the session.
 * TODO: a corrected trade (`corrects`) does not change its candle; that needs the interval's trades, read from the log.
 */
export class CandleDeriver implements Deriver {
  readonly name = 'candles';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  readonly #instruments = new Map<string, Instrument>();
  readonly #changed = new Set<Instrument>();
  #session: { openTimeMs?: number | undefined; closeTimeMs?: number | undefined } = {};
  #settledMinute = 0;

  fold(update: Update): void {
    const { kind, id, view } = parseTopic(update.topic);
    if (kind === 'session') this.#foldSession(update);
    else if (id === undefined) return;
    else if (kind === 'trades') this.#foldTrades(this.#instrument(id), update);
    else if (kind === 'quote') this.#foldQuote(this.#instrument(id), update);
    else if (kind === 'candles' && isInterval(view)) this.#instrument(id).candles[view].takeOver(update);
  }

  settle(streamTimeMs: number): readonly Update[] {
    const minute = Math.floor(streamTimeMs / SETTLE_MS);
    if (minute !== this.#settledMinute) {
      this.#settledMinute = minute;
      for (const instrument of this.#instruments.values()) {
        if (!instrument.followsStreamTime) continue;
        for (const interval of CANDLE_INTERVALS) instrument.candles[interval].closeUntil(streamTimeMs);
        this.#changed.add(instrument);
      }
    }
    const updates: Update[] = [];
    for (const { candles } of this.#changed) {
      for (const interval of CANDLE_INTERVALS) {
        const update = candles[interval].tell();
        if (update !== undefined) updates.push(update);
      }
    }
    this.#changed.clear();
    return updates;
  }

  state(): Json {
    const symbolsWhere = (isSo: (instrument: Instrument) => boolean) =>
      [...this.#instruments].filter(([, instrument]) => isSo(instrument)).map(([symbol]) => symbol);
    const topics = [...this.#instruments.values()].flatMap(({ candles }) => Object.values(candles));
    const covered = topics.filter(({ coveredUntilMs }) => coveredUntilMs > -Infinity);
    return {
      minute: this.#settledMinute,
      session: { ...this.#session },
      indices: symbolsWhere(({ isIndex }) => isIndex),
      shut: symbolsWhere(({ isShut }) => isShut),
      ownClock: symbolsWhere(({ followsStreamTime }) => !followsStreamTime),
      coveredUntilMs: Object.fromEntries(covered.map(({ topic, coveredUntilMs }) => [topic, coveredUntilMs])),
    };
  }

  restore({ documents, state, unfolded }: Restored): void {
    const known = state === undefined ? undefined : stateSchema.parse(state);
    const awaited = new Map<string, number>();
    for (const { topic } of unfolded) awaited.set(topic, (awaited.get(topic) ?? 0) + 1);
    const covered = new Map(Object.entries(known?.coveredUntilMs ?? {}));
    for (const [topic, document] of documents) {
      const { kind, id, view } = parseTopic(topic);
      if (id === undefined) continue;
      if (kind === 'candles' && isInterval(view)) {
        this.#instrument(id).candles[view].restore(document, covered.get(topic), awaited.get(topic));
      } else if (kind === 'quote' && known === undefined) {
        readQuote(this.#instrument(id), document.values(), true);
      }
    }
    if (known === undefined) return;
    this.#settledMinute = known.minute;
    this.#session = known.session;
    for (const symbol of known.indices) this.#instrument(symbol).isIndex = true;
    for (const symbol of known.shut) this.#instrument(symbol).isShut = true;
    for (const symbol of known.ownClock) this.#instrument(symbol).followsStreamTime = false;
  }

  #instrument(symbol: string): Instrument {
    let instrument = this.#instruments.get(symbol);
    if (instrument === undefined) {
      const candles = (interval: CandleInterval) => new CandleTopic(symbol, interval);
      instrument = {
        candles: { '1m': candles('1m'), '5m': candles('5m'), '1h': candles('1h'), '1d': candles('1d') },
        isIndex: false,
        isShut: false,
        followsStreamTime: true,
      };
      this.#instruments.set(symbol, instrument);
    }
    return instrument;
  }

  #foldSession({ fields }: Update): void {
    const { openTimeMs, closeTimeMs, status } = fields ?? {};
    if (typeof openTimeMs === 'number') this.#session.openTimeMs = openTimeMs;
    if (typeof closeTimeMs === 'number') this.#session.closeTimeMs = closeTimeMs;
    if (status !== 'closed') return;
    const { openTimeMs: firstMs = Infinity, closeTimeMs: lastMs = -Infinity } = this.#session;
    for (const instrument of this.#instruments.values()) {
      for (const interval of CANDLE_INTERVALS) {
        const candles = instrument.candles[interval];
        // Others may trade elsewhere, on another calendar.
        if (candles.timeMs >= firstMs && candles.timeMs <= lastMs) candles.closeEarly();
      }
      this.#changed.add(instrument);
    }
  }

  #foldTrades(instrument: Instrument, { time, log, reset }: Update): void {
    if (reset) this.#restart(instrument, time);
    for (const entry of log ?? []) {
      const trade = readTrade(entry);
      if (trade !== undefined) this.#addPrice(instrument, time, trade.price, trade.size);
    }
  }

  #foldQuote(instrument: Instrument, { time, fields = {}, reset }: Update): void {
    readQuote(instrument, fields, reset);
    if (isTraded(instrument) && !instrument.isIndex) return;
    if (reset) this.#restart(instrument, time);
    const { last } = fields;
    if (typeof last === 'number' && !instrument.isShut) this.#addPrice(instrument, time, last, 0);
  }

  #addPrice(instrument: Instrument, timeMs: number, price: number, volume: number): void {
    const part = { timeMs, open: price, high: price, low: price, close: price, volume };
    for (const interval of CANDLE_INTERVALS) {
      const candles = instrument.candles[interval];
      const wasClosed = candles.isNewestClosed;
      const newestOpenTimeMs = candles.newest?.openTimeMs;
      const isDrawn = candles.add(part);
      if (isDrawn && wasClosed && candles.newest?.openTimeMs === newestOpenTimeMs) instrument.followsStreamTime = false;
    }
    this.#changed.add(instrument);
  }

  #restart(instrument: Instrument, timeMs: number): void {
    for (const interval of CANDLE_INTERVALS) instrument.candles[interval].restart(timeMs);
    instrument.followsStreamTime = true;
    this.#changed.add(instrument);
  }
}

/** Quotes have no volume. */
function isTraded({ candles }: Instrument): boolean {
  return CANDLE_INTERVALS.some((interval) => (candles[interval].newest?.volume ?? 0) > 0);
}

function readQuote(instrument: Instrument, { sector, status }: NonNullable<Update['fields']>, isWhole = false): void {
  if (sector !== undefined || isWhole) instrument.isIndex = sector === 'Index';
  if (status !== undefined || isWhole) instrument.isShut = status === 'pre' || status === 'closed';
}

function isInterval(view: string | undefined): view is CandleInterval {
  return (CANDLE_INTERVALS as readonly (string | undefined)[]).includes(view);
}

function readTrade(entry: Json): { price: number; size: number } | undefined {
  if (typeof entry !== 'object' || entry === null || !('price' in entry) || 'corrects' in entry) return undefined;
  const { price, size } = entry;
  return typeof price === 'number' ? { price, size: typeof size === 'number' ? size : 0 } : undefined;
}
