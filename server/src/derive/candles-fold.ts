import {
  CANDLE_INTERVAL_MS,
  type CandleInterval,
  type ClosedCandle,
  type FormingCandle,
} from '@bigboard/shared/market';

/** One traded price, or a stretch of them that lies within one interval. */
export interface PricePart {
  readonly timeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

type MutableCandle = { -readonly [Name in keyof FormingCandle]: FormingCandle[Name] };

/**
 * The candles of one interval, folded from prices in the order of their times. A candle closes when a price of a later
 * interval comes, or when told that time has passed. It stays `newest` until the next one begins; a price that comes for
 * it after all and changes it opens it again, and it closes a second time with the same `openTimeMs`. So a candle is
 * closed when the newest word of it in the log is what it is now, and there is nothing to remember about it.
 */
export class CandleSeries {
  readonly #intervalMs: number;
  #newest: MutableCandle | undefined;
  /** The newest as it closed last; undefined before it has. */
  #closedNewest: ClosedCandle | undefined;
  /** The one before the newest: a price that is a little late may still belong to it. */
  #previous: MutableCandle | undefined;
  #closed: ClosedCandle[] = [];

  constructor(interval: CandleInterval) {
    this.#intervalMs = CANDLE_INTERVAL_MS[interval];
  }

  /** The forming candle, or the last closed one when no price has come since. */
  get newest(): FormingCandle | undefined {
    return this.#newest;
  }

  get isNewestClosed(): boolean {
    return this.#newest !== undefined && isSame(this.#newest, this.#closedNewest);
  }

  /**
   * Goes on from candles as their topic tells them.
   * @param told the candle in the fields, if it is whole
   * @param closed the log; a later entry of the same time replaces an earlier one
   */
  startFrom(told: FormingCandle | undefined, closed: readonly ClosedCandle[]): void {
    const byTime = new Map(closed.map((candle) => [candle[0], candle]));
    const newestClosedMs = [...byTime.keys()].reduce((newest, time) => Math.max(newest, time), -Infinity);
    const newestMs = Math.max(newestClosedMs, told?.openTimeMs ?? -Infinity);
    byTime.forEach((candle, time) => {
      if (time < newestMs && time > (this.#previous?.openTimeMs ?? -Infinity)) this.#previous = toForming(candle);
    });
    this.#closedNewest = byTime.get(newestMs);
    if (told?.openTimeMs === newestMs) this.#newest = { ...told };
    else if (this.#closedNewest !== undefined) this.#newest = toForming(this.#closedNewest);
  }

  /**
   * Prices from before the last two candles are dropped: there is nothing left to add them to.
   * @returns whether it made a difference
   */
  add(part: PricePart): boolean {
    const openTimeMs = Math.floor(part.timeMs / this.#intervalMs) * this.#intervalMs;
    const newest = this.#newest;
    if (newest === undefined || openTimeMs > newest.openTimeMs) {
      this.#close();
      this.#previous = newest ?? this.#previous;
      const { open, high, low, close, volume } = part;
      this.#newest = { openTimeMs, open, high, low, close, volume };
      this.#closedNewest = undefined;
      return true;
    }
    if (openTimeMs === newest.openTimeMs) {
      const isWider = widen(newest, part);
      if (!isWider && newest.close === part.close) return false;
      newest.close = part.close;
      return true;
    }
    // Its close stays: a later price already followed it.
    if (openTimeMs !== this.#previous?.openTimeMs || !widen(this.#previous, part)) return false;
    this.#closed.push(toClosed(this.#previous));
    return true;
  }

  /** Closes the newest candle when its interval is over at `timeMs`. */
  closeUntil(timeMs: number): void {
    if (this.#newest !== undefined && this.#newest.openTimeMs + this.#intervalMs <= timeMs) this.#close();
  }

  /** Closes the newest candle although its interval is not over: the session is. */
  closeEarly(): void {
    this.#close();
  }

  /** What has closed since the last call, oldest first. */
  takeClosed(): readonly ClosedCandle[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  #close(): void {
    if (this.#newest === undefined || this.isNewestClosed) return;
    this.#closedNewest = toClosed(this.#newest);
    this.#closed.push(this.#closedNewest);
  }
}

/** @returns whether it made a difference */
function widen(candle: MutableCandle, { high, low, volume }: PricePart): boolean {
  if (high <= candle.high && low >= candle.low && volume === 0) return false;
  if (high > candle.high) candle.high = high;
  if (low < candle.low) candle.low = low;
  candle.volume += volume;
  return true;
}

function toClosed({ openTimeMs, open, high, low, close, volume }: FormingCandle): ClosedCandle {
  return [openTimeMs, open, high, low, close, volume];
}

function toForming([openTimeMs, open, high, low, close, volume]: ClosedCandle): MutableCandle {
  return { openTimeMs, open, high, low, close, volume };
}

function isSame(candle: FormingCandle, closed: ClosedCandle | undefined): boolean {
  return toClosed(candle).every((value, index) => value === closed?.[index]);
}
