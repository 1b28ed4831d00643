import type { Json } from '@bigboard/shared/json';
import { logLimitOf } from '@bigboard/shared/kinds';
import type { CandleInterval, ClosedCandle, FormingCandle } from '@bigboard/shared/market';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { CandleSeries, type PricePart } from './candles-fold.ts';
import { isRemoval } from './removal.ts';

const NAMES = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * One topic `candles:SYM:INTERVAL` as the log has it, and the series that goes on from there. Somebody else may write it
 * too: such candles are taken as they are, the prices up to their time are in them, and what is told next says only what
 * differs from them.
 */
export class CandleTopic {
  readonly topic: string;
  readonly #interval: CandleInterval;
  #series: CandleSeries;
  /** The fields the topic has. */
  #told: Partial<FormingCandle> = {};
  /** The log the topic has, or will have by the next `tell` if that resets it. */
  #closed: ClosedCandle[] = [];
  #timeMs = -Infinity;
  #untoldTimeMs = -Infinity;
  #coveredUntilMs = -Infinity;
  #mustReset = false;
  /** Updates of others that are in the topic already and yet to be folded. */
  #awaited = 0;

  constructor(symbol: string, interval: CandleInterval) {
    this.topic = `candles:${symbol}:${interval}`;
    this.#interval = interval;
    this.#series = new CandleSeries(interval);
  }

  /**
   * @param coveredUntilMs as it was answered before
   * @param awaited how many updates of others the document is ahead. What it was before they came is not known: until the
   * last of them is folded, prices are taken for what they hold already.
   */
  restore(document: TopicDocument, coveredUntilMs = -Infinity, awaited = 0): void {
    this.#timeMs = document.time;
    this.#coveredUntilMs = coveredUntilMs;
    this.#awaited = awaited;
    this.#told = readFields({}, document.values());
    this.#closed = document.log.map(({ entry }) => entry).filter(isClosedCandle);
    this.#follow();
  }

  get newest(): FormingCandle | undefined {
    return this.#series.newest;
  }

  get isNewestClosed(): boolean {
    return this.#series.isNewestClosed;
  }

  /** Of the newest price, or of what others told last. */
  get timeMs(): number {
    return Math.max(this.#timeMs, this.#untoldTimeMs);
  }

  /** -Infinity when a price has come since the candles of others. */
  get coveredUntilMs(): number {
    return this.#coveredUntilMs;
  }

  /** @returns whether the price belongs to what is drawn here */
  add(part: PricePart): boolean {
    if (this.#awaited > 0 || part.timeMs <= this.#coveredUntilMs) return false;
    this.#coveredUntilMs = -Infinity;
    if (this.#series.add(part)) this.#untoldTimeMs = Math.max(this.#untoldTimeMs, part.timeMs);
    return true;
  }

  closeUntil(timeMs: number): void {
    if (this.#awaited === 0) this.#series.closeUntil(timeMs);
  }

  closeEarly(): void {
    if (this.#awaited === 0) this.#series.closeEarly();
  }

  /** Somebody else's candles. */
  takeOver(update: Update): void {
    const { time, fields, log = [], reset } = update;
    this.#coveredUntilMs = isRemoval(update) ? -Infinity : reset ? time : Math.max(this.#coveredUntilMs, time);
    if (this.#awaited > 0) {
      this.#awaited--;
      return;
    }
    if (reset) {
      this.#told = {};
      this.#closed = [];
      this.#mustReset = false;
    }
    this.#told = readFields(this.#told, fields);
    this.#remember(log.filter(isClosedCandle));
    this.#timeMs = time;
    this.#untoldTimeMs = -Infinity;
    this.#follow();
  }

  /** A replay starts over: what was folded from its first run goes. */
  restart(timeMs: number): void {
    // Candles that came before their trades are of this run.
    if (this.#awaited > 0 || timeMs <= this.#coveredUntilMs) return;
    this.#coveredUntilMs = -Infinity;
    this.#mustReset ||= Object.keys(this.#told).length > 0 || this.#closed.length > 0;
    this.#untoldTimeMs = this.#mustReset ? timeMs : -Infinity;
    if (this.#mustReset) this.#timeMs = -Infinity;
    this.#told = {};
    this.#closed = [];
    this.#series = new CandleSeries(this.#interval);
  }

  /** What the topic lacks. */
  tell(): Update | undefined {
    if (this.#awaited > 0) return undefined;
    const newlyClosed = this.#series.takeClosed();
    const told = this.#mustReset ? {} : this.#told;
    const log = this.#mustReset ? [...this.#closed, ...newlyClosed] : newlyClosed;
    const { newest } = this.#series;
    const fields: { [name: string]: number } = {};
    if (newest !== undefined) for (const name of NAMES) if (newest[name] !== told[name]) fields[name] = newest[name];
    const hasFields = Object.keys(fields).length > 0;
    if (!hasFields && log.length === 0 && !this.#mustReset) return undefined;
    const update: Update = {
      topic: this.topic,
      time: this.timeMs,
      ...(hasFields ? { fields } : {}),
      ...(log.length > 0 ? { log } : {}),
      ...(this.#mustReset ? { reset: true } : {}),
    };
    this.#timeMs = update.time;
    this.#untoldTimeMs = -Infinity;
    this.#told = { ...told, ...fields };
    this.#remember(newlyClosed);
    this.#mustReset = false;
    return update;
  }

  #remember(closed: readonly ClosedCandle[]): void {
    if (closed.length > 0) this.#closed = [...this.#closed, ...closed].slice(-logLimitOf(this.topic));
  }

  #follow(): void {
    this.#series = new CandleSeries(this.#interval);
    this.#series.startFrom(isWhole(this.#told) ? this.#told : undefined, this.#closed);
  }
}

function isWhole(candle: Partial<FormingCandle>): candle is FormingCandle {
  return NAMES.every((name) => candle[name] !== undefined);
}

/** `null` deletes. */
function readFields(told: Partial<FormingCandle>, fields: Update['fields']): Partial<FormingCandle> {
  const read: Partial<Record<(typeof NAMES)[number], number>> = { ...told };
  for (const name of NAMES) {
    const value = fields?.[name];
    if (typeof value === 'number') read[name] = value;
    else if (value === null) delete read[name];
  }
  return read;
}

function isClosedCandle(entry: Json): entry is Json & ClosedCandle {
  return Array.isArray(entry) && entry.length === NAMES.length && entry.every((value) => typeof value === 'number');
}
