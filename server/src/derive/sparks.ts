import type { Json } from '@bigboard/shared/json';
import { CANDLE_INTERVAL_MS, closedCandleSchema, type Spark } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { Deriver } from './deriver.ts';

const INTERVAL = '5m';
const INTERVAL_MS = CANDLE_INTERVAL_MS[INTERVAL];
const DAY_MS = 86_400_000;

interface SessionTimes {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
}

interface Line {
  session: SessionTimes;
  baseline: number | undefined;
  points: number[];
}

const NO_SESSION: SessionTimes = { openTimeMs: 0, closeTimeMs: 0 };

/**
 * Closed candles of 5 minutes -> `sparks`: a field a symbol, the session so far as a line. Where nothing was traded the
 * line goes on level. A candle outside the market's `session` belongs to a session of its own: its day, from its first.
 */
export class SparksDeriver implements Deriver {
  readonly name = 'sparks';
  readonly namespace = 'markets';
  readonly #lines = new Map<string, Line>();
  readonly #changed = new Set<string>();
  #session: SessionTimes | undefined;
  #newestTimeMs = 0;

  fold(update: Update): readonly Update[] {
    const { kind, id, view } = parseTopic(update.topic);
    if (kind === 'session') this.#foldSession(update);
    else if (id === undefined) return [];
    else if (kind === 'quote') this.#foldQuote(id, update);
    else if (kind === 'candles' && view === INTERVAL) this.#foldCandles(id, update);
    return [];
  }

  settle(): readonly Update[] {
    if (this.#changed.size === 0) return [];
    const fields: { [symbol: string]: Json } = {};
    for (const symbol of this.#changed) {
      const line = this.#lines.get(symbol);
      fields[symbol] = line === undefined ? null : { ...toSpark(line) };
    }
    this.#changed.clear();
    return [{ topic: 'sparks', time: this.#newestTimeMs, fields }];
  }

  #foldSession({ time, fields }: Update): void {
    const { openTimeMs, closeTimeMs } = fields ?? {};
    if (typeof openTimeMs !== 'number' || typeof closeTimeMs !== 'number') return;
    // Anyone may push a session; one of a year would be a line of 100,000 points.
    if (closeTimeMs - openTimeMs > DAY_MS) return;
    const before = this.#session;
    if (before?.openTimeMs === openTimeMs && before.closeTimeMs === closeTimeMs) return;
    this.#session = { openTimeMs, closeTimeMs };
    for (const [symbol, line] of this.#lines) {
      // Only the lines of the session before are of this market.
      if (line.session !== before) continue;
      line.session = this.#session;
      line.points = [];
      this.#mark(symbol, time);
    }
  }

  #foldQuote(symbol: string, { time, fields, log, reset }: Update): void {
    if (reset && fields === undefined && log === undefined) {
      if (this.#lines.delete(symbol)) this.#mark(symbol, time);
      return;
    }
    const baseline = fields?.['previousClose'];
    if (typeof baseline !== 'number') return;
    const line = this.#line(symbol);
    if (line.baseline === baseline) return;
    line.baseline = baseline;
    if (line.points.length > 0 || line.session === this.#session) this.#mark(symbol, time);
  }

  #foldCandles(symbol: string, { time, log, reset }: Update): void {
    const line = this.#line(symbol);
    let isChanged = reset === true && line.points.length > 0;
    if (reset) line.points = [];
    for (const entry of log ?? []) {
      const candle = closedCandleSchema.safeParse(entry);
      if (!candle.success) continue;
      const [openTimeMs, open, , , close] = candle.data;
      isChanged = this.#addClose(line, openTimeMs, open, close) || isChanged;
    }
    if (isChanged) this.#mark(symbol, time);
  }

  #addClose(line: Line, openTimeMs: number, open: number, close: number): boolean {
    if (!isWithin(openTimeMs, line.session)) {
      const session = this.#sessionOf(openTimeMs);
      // Candles of the sessions before come with a market's past.
      if (session.openTimeMs < line.session.openTimeMs) return false;
      line.session = session;
      line.points = [];
    }
    line.baseline ??= open;
    const index = Math.floor((openTimeMs - line.session.openTimeMs) / INTERVAL_MS);
    const { points } = line;
    while (points.length < index) points.push(points.at(-1) ?? line.baseline);
    points[index] = close;
    return true;
  }

  #sessionOf(timeMs: number): SessionTimes {
    if (this.#session !== undefined && isWithin(timeMs, this.#session)) return this.#session;
    return { openTimeMs: timeMs, closeTimeMs: (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS };
  }

  #line(symbol: string): Line {
    let line = this.#lines.get(symbol);
    if (line === undefined) {
      line = { session: this.#session ?? NO_SESSION, baseline: undefined, points: [] };
      this.#lines.set(symbol, line);
    }
    return line;
  }

  #mark(symbol: string, time: number): void {
    this.#changed.add(symbol);
    this.#newestTimeMs = time;
  }
}

function isWithin(timeMs: number, { openTimeMs, closeTimeMs }: SessionTimes): boolean {
  return timeMs >= openTimeMs && timeMs < closeTimeMs;
}

function toSpark({ session, baseline, points }: Line): Spark {
  return {
    sessionOpenTimeMs: session.openTimeMs,
    sessionCloseTimeMs: session.closeTimeMs,
    intervalMs: INTERVAL_MS,
    baseline: baseline ?? points[0] ?? 0,
    points: [...points],
  };
}
