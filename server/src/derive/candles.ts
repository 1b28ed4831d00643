import type { Json } from '@bigboard/shared/json';
import { CANDLE_INTERVALS, closedCandleSchema, type CandleInterval, type FormingCandle } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { CandleSeries } from './candles-fold.ts';
import type { Deriver } from './deriver.ts';

const NAMES = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const;
const SETTLE_MS = 60_000;

/** One topic `candles:SYM:INTERVAL`. */
interface Candles {
  readonly topic: string;
  series: CandleSeries;
  /** The fields the topic has. */
  told: Partial<FormingCandle>;
  /** Candles that came from somebody else hold all prices up to here. */
  coveredUntilMs: number;
  mustReset: boolean;
}

interface Instrument {
  readonly candles: Readonly<Record<CandleInterval, Candles>>;
  hasTraded: boolean;
  isIndex: boolean;
  /** By its quote: a price told before the opening or after the close is an old one. */
  isShut: boolean;
  newestTimeMs: number;
  /** False once a price came for a candle that time had closed: its source's clock is not the log's, so only its own prices close. */
  followsStreamTime: boolean;
}

/**
 * `trades:SYM` -> `candles:SYM:1m|5m|1h|1d`. An index, and what has never been traded, is drawn from the `last` of its
 * quotes instead. Candles published by others are where it goes on from; the prices told up to their time are in them.
 * A candle closes with the first price of a later interval, when stream time has passed its end, or with the session.
 * TODO: a corrected trade (`corrects`) does not change its candle; that needs the interval's trades, read from the log.
 */
export class CandleDeriver implements Deriver {
  readonly name = 'candles';
  readonly namespace = 'markets';
  readonly #instruments = new Map<string, Instrument>();
  readonly #changed = new Set<Instrument>();
  #session = { openTimeMs: Infinity, closeTimeMs: -Infinity };
  #settledMinute = 0;

  fold(update: Update): readonly Update[] {
    const { kind, id, view } = parseTopic(update.topic);
    if (kind === 'session') this.#foldSession(update);
    else if (id === undefined) return [];
    else if (kind === 'trades') this.#foldTrades(this.#instrument(id), update);
    else if (kind === 'quote') this.#foldQuote(this.#instrument(id), update);
    else if (kind === 'candles' && isInterval(view)) this.#foldCandles(this.#instrument(id).candles[view], update);
    return [];
  }

  settle(streamTimeMs: number): readonly Update[] {
    const minute = Math.floor(streamTimeMs / SETTLE_MS);
    if (minute !== this.#settledMinute) {
      this.#settledMinute = minute;
      for (const instrument of this.#instruments.values()) {
        if (!instrument.followsStreamTime) continue;
        for (const interval of CANDLE_INTERVALS) instrument.candles[interval].series.closeUntil(streamTimeMs);
        this.#changed.add(instrument);
      }
    }
    const updates: Update[] = [];
    for (const instrument of this.#changed) {
      for (const interval of CANDLE_INTERVALS) {
        const update = tellChanges(instrument.candles[interval], instrument.newestTimeMs);
        if (update !== undefined) updates.push(update);
      }
    }
    this.#changed.clear();
    return updates;
  }

  #instrument(symbol: string): Instrument {
    let instrument = this.#instruments.get(symbol);
    if (instrument === undefined) {
      const candles = (interval: CandleInterval): Candles => ({
        topic: `candles:${symbol}:${interval}`,
        series: new CandleSeries(interval),
        told: {},
        coveredUntilMs: -Infinity,
        mustReset: false,
      });
      instrument = {
        candles: { '1m': candles('1m'), '5m': candles('5m'), '1h': candles('1h'), '1d': candles('1d') },
        hasTraded: false,
        isIndex: false,
        isShut: false,
        newestTimeMs: -Infinity,
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
    for (const instrument of this.#instruments.values()) {
      const { newestTimeMs } = instrument;
      // Others may trade elsewhere, on another calendar.
      if (newestTimeMs < this.#session.openTimeMs || newestTimeMs > this.#session.closeTimeMs) continue;
      for (const interval of CANDLE_INTERVALS) instrument.candles[interval].series.closeEarly();
      this.#changed.add(instrument);
    }
  }

  #foldTrades(instrument: Instrument, { time, log, reset }: Update): void {
    if (reset) this.#restart(instrument, time);
    for (const entry of log ?? []) {
      const trade = readTrade(entry);
      if (trade === undefined) continue;
      instrument.hasTraded = true;
      this.#addPrice(instrument, time, trade.price, trade.size);
    }
  }

  #foldQuote(instrument: Instrument, { time, fields, reset }: Update): void {
    const { sector, status, last } = fields ?? {};
    if (sector !== undefined) instrument.isIndex = sector === 'Index';
    if (status !== undefined) instrument.isShut = status === 'pre' || status === 'closed';
    if (instrument.hasTraded && !instrument.isIndex) return;
    if (reset) this.#restart(instrument, time);
    if (typeof last === 'number' && !instrument.isShut) this.#addPrice(instrument, time, last, 0);
  }

  /** Somebody else's candles: taken as they are, and what is told next says only what differs from them. */
  #foldCandles(candles: Candles, { time, fields, log, reset }: Update): void {
    if (reset) {
      candles.series = new CandleSeries(candles.topic.split(':')[2] as CandleInterval);
      candles.told = {};
      candles.mustReset = false;
    }
    candles.coveredUntilMs = reset ? time : Math.max(candles.coveredUntilMs, time);
    candles.told = { ...candles.told, ...readFields(fields) };
    const lastClosed = closedCandleSchema.safeParse(log?.at(-1));
    const closedTimeMs = lastClosed.success ? lastClosed.data[0] : undefined;
    const { told, series } = candles;
    const isClosed =
      told.openTimeMs === (closedTimeMs ?? (series.isNewestClosed ? series.newest?.openTimeMs : undefined));
    if (isWhole(told)) series.startFrom(told, isClosed);
  }

  #addPrice(instrument: Instrument, timeMs: number, price: number, volume: number): void {
    const part = { timeMs, open: price, high: price, low: price, close: price, volume };
    for (const interval of CANDLE_INTERVALS) {
      const { series, coveredUntilMs } = instrument.candles[interval];
      if (timeMs <= coveredUntilMs) continue;
      const wasClosed = series.isNewestClosed;
      const newestOpenTimeMs = series.newest?.openTimeMs;
      series.add(part);
      if (wasClosed && series.newest?.openTimeMs === newestOpenTimeMs) instrument.followsStreamTime = false;
    }
    instrument.newestTimeMs = Math.max(instrument.newestTimeMs, timeMs);
    this.#changed.add(instrument);
  }

  /** A replay starts over: what was folded from its first run goes. */
  #restart(instrument: Instrument, timeMs: number): void {
    for (const interval of CANDLE_INTERVALS) {
      const candles = instrument.candles[interval];
      // Its own candles came before its trades and are of this run.
      if (timeMs <= candles.coveredUntilMs) continue;
      candles.mustReset = candles.mustReset || candles.told.openTimeMs !== undefined;
      candles.series = new CandleSeries(interval);
      candles.told = {};
    }
    instrument.newestTimeMs = timeMs;
    instrument.followsStreamTime = true;
    this.#changed.add(instrument);
  }
}

function tellChanges(candles: Candles, time: number): Update | undefined {
  const { series, told, mustReset } = candles;
  const closed = series.takeClosed();
  const newest = series.newest;
  const fields: { [name: string]: number } = {};
  if (newest !== undefined) for (const name of NAMES) if (newest[name] !== told[name]) fields[name] = newest[name];
  const hasFields = Object.keys(fields).length > 0;
  if (!hasFields && closed.length === 0 && !mustReset) return undefined;
  candles.told = { ...told, ...fields };
  candles.mustReset = false;
  return {
    topic: candles.topic,
    time,
    ...(hasFields ? { fields } : {}),
    ...(closed.length > 0 ? { log: closed } : {}),
    ...(mustReset ? { reset: true } : {}),
  };
}

function isInterval(view: string | undefined): view is CandleInterval {
  return (CANDLE_INTERVALS as readonly (string | undefined)[]).includes(view);
}

function isWhole(candle: Partial<FormingCandle>): candle is FormingCandle {
  return NAMES.every((name) => candle[name] !== undefined);
}

function readFields(fields: Update['fields']): Partial<FormingCandle> {
  const read: { [name: string]: number } = {};
  for (const name of NAMES) {
    const value = fields?.[name];
    if (typeof value === 'number') read[name] = value;
  }
  return read;
}

function readTrade(entry: Json): { price: number; size: number } | undefined {
  if (typeof entry !== 'object' || entry === null || !('price' in entry) || 'corrects' in entry) return undefined;
  const { price, size } = entry;
  return typeof price === 'number' ? { price, size: typeof size === 'number' ? size : 0 } : undefined;
}
