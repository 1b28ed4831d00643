import type { Json } from '@bigboard/shared/json';
import {
  CANDLE_INTERVAL_MS,
  closedCandleSchema,
  sparkSchema,
  type ClosedCandle,
  type Spark,
} from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { Deriver, Restored } from './deriver.ts';
import { isRemoval } from './removal.ts';

const INTERVAL = '5m';
const INTERVAL_MS = CANDLE_INTERVAL_MS[INTERVAL];
const DAY_MS = 86_400_000;

interface SessionTimes {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
}

interface Line {
  session: SessionTimes;
  baseline: number;
  /** False while the baseline is only where its first candle opened. */
  isQuoted: boolean;
  points: number[];
}

const NO_SESSION: SessionTimes = { openTimeMs: 0, closeTimeMs: 0 };

const stateSchema = z.object({
  session: z.object({ openTimeMs: z.number(), closeTimeMs: z.number() }).nullable(),
  unquoted: z.array(z.string()),
});

/**
 * Closed candles of 5 minutes -> `sparks`: a field a symbol, the session so far as a line. Where nothing was traded the
 * line goes on level. A candle outside the market's `session` belongs to a session of its own: its day, from its first.
 */
export class SparksDeriver implements Deriver {
  readonly name = 'sparks';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  /** All told: the topic has everything there is to know of them but whether they are quoted. */
  readonly #lines = new Map<string, Line>();
  readonly #changed = new Set<string>();
  #session: SessionTimes | undefined;
  #newestTimeMs = 0;

  fold(update: Update): void {
    const { kind, id, view } = parseTopic(update.topic);
    if (kind === 'session') this.#foldSession(update);
    else if (id === undefined) return;
    else if (kind === 'quote') this.#foldQuote(id, update);
    else if (kind === 'candles' && view === INTERVAL) this.#foldCandles(id, update);
  }

  settle(): readonly Update[] {
    if (this.#changed.size === 0) return [];
    const fields = new Map<string, Json>();
    for (const symbol of this.#changed) {
      const line = this.#lines.get(symbol);
      fields.set(symbol, line === undefined ? null : { ...toSpark(line) });
    }
    this.#changed.clear();
    return [{ topic: 'sparks', time: this.#newestTimeMs, fields: Object.fromEntries(fields) }];
  }

  state(): Json {
    const unquoted = [...this.#lines].filter(([, { isQuoted }]) => !isQuoted).map(([symbol]) => symbol);
    return { session: this.#session === undefined ? null : { ...this.#session }, unquoted };
  }

  restore({ documents, state }: Restored): void {
    const known = stateSchema.safeParse(state);
    if (known.success) this.#session = known.data.session ?? undefined;
    else this.#foldSession({ topic: 'session', time: 0, fields: documents.get('session')?.values() ?? {} });
    for (const [symbol, field] of Object.entries(documents.get('sparks')?.values() ?? {})) {
      const spark = sparkSchema.safeParse(field);
      if (!spark.success) continue;
      const { sessionOpenTimeMs: openTimeMs, sessionCloseTimeMs: closeTimeMs, baseline, points } = spark.data;
      this.#lines.set(symbol, { session: { openTimeMs, closeTimeMs }, baseline, isQuoted: true, points });
    }
    for (const symbol of known.data?.unquoted ?? []) {
      const line = this.#lines.get(symbol);
      if (line !== undefined) line.isQuoted = false;
    }
  }

  #foldSession({ time, fields }: Update): void {
    const { openTimeMs, closeTimeMs } = fields ?? {};
    if (typeof openTimeMs !== 'number' || typeof closeTimeMs !== 'number') return;
    // Anyone may push a session; one of a year would be a line of 100,000 points.
    if (closeTimeMs - openTimeMs > DAY_MS) return;
    const before = this.#session;
    const session = { openTimeMs, closeTimeMs };
    if (isSame(session, before)) return;
    this.#session = session;
    for (const [symbol, line] of this.#lines) {
      // Only the lines of the session before are of this market.
      if (!isSame(line.session, before)) continue;
      line.session = session;
      line.points = [];
      this.#mark(symbol, time);
    }
  }

  #foldQuote(symbol: string, update: Update): void {
    const { time, fields } = update;
    const line = this.#lines.get(symbol);
    const baseline = fields?.['previousClose'];
    if (isRemoval(update)) {
      if (this.#lines.delete(symbol)) this.#mark(symbol, time);
    } else if (typeof baseline === 'number') {
      const isChanged = line?.baseline !== baseline;
      this.#lines.set(symbol, { ...(line ?? this.#begin(baseline)), baseline, isQuoted: true });
      if (isChanged) this.#mark(symbol, time);
    }
  }

  #foldCandles(symbol: string, update: Update): void {
    const { time, log = [], reset } = update;
    const line = this.#lines.get(symbol);
    if (reset && line !== undefined) {
      if (isRemoval(update) && !line.isQuoted) this.#lines.delete(symbol);
      line.points = [];
      this.#mark(symbol, time);
    }
    for (const entry of log) {
      const candle = closedCandleSchema.safeParse(entry);
      if (candle.success && this.#addClose(symbol, candle.data)) this.#mark(symbol, time);
    }
  }

  #addClose(symbol: string, [openTimeMs, open, , , close]: ClosedCandle): boolean {
    const line = this.#lines.get(symbol) ?? this.#begin(open);
    if (!isWithin(openTimeMs, line.session)) {
      const session = this.#sessionOf(openTimeMs);
      // Candles of the sessions before come with a market's past.
      if (session.openTimeMs < line.session.openTimeMs) return false;
      line.session = session;
      line.points = [];
    }
    const index = Math.floor((openTimeMs - line.session.openTimeMs) / INTERVAL_MS);
    const { points } = line;
    while (points.length < index) points.push(points.at(-1) ?? line.baseline);
    points[index] = close;
    this.#lines.set(symbol, line);
    return true;
  }

  #sessionOf(timeMs: number): SessionTimes {
    if (this.#session !== undefined && isWithin(timeMs, this.#session)) return this.#session;
    return { openTimeMs: timeMs, closeTimeMs: (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS };
  }

  #begin(baseline: number): Line {
    return { session: this.#session ?? NO_SESSION, baseline, isQuoted: false, points: [] };
  }

  #mark(symbol: string, time: number): void {
    this.#changed.add(symbol);
    this.#newestTimeMs = time;
  }
}

function isWithin(timeMs: number, { openTimeMs, closeTimeMs }: SessionTimes): boolean {
  return timeMs >= openTimeMs && timeMs < closeTimeMs;
}

function isSame(a: SessionTimes, b: SessionTimes | undefined): boolean {
  return a.openTimeMs === b?.openTimeMs && a.closeTimeMs === b.closeTimeMs;
}

function toSpark({ session, baseline, points }: Line): Spark {
  return {
    sessionOpenTimeMs: session.openTimeMs,
    sessionCloseTimeMs: session.closeTimeMs,
    intervalMs: INTERVAL_MS,
    baseline,
    points: [...points],
  };
}
