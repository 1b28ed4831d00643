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
 * it after all opens it again, and it closes a second time with the same `openTimeMs`.
 */
export class CandleSeries {
  readonly #intervalMs: number;
  #newest: MutableCandle | undefined;
  #isNewestClosed = false;
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
    return this.#isNewestClosed;
  }

  /** Goes on from a candle somebody else made. */
  startFrom(candle: FormingCandle, isClosed: boolean): void {
    this.#previous = undefined;
    this.#newest = { ...candle };
    this.#isNewestClosed = isClosed;
    this.#closed = [];
  }

  /** Prices from before the last two candles are dropped: there is nothing left to add them to. */
  add(part: PricePart): void {
    const openTimeMs = Math.floor(part.timeMs / this.#intervalMs) * this.#intervalMs;
    const newest = this.#newest;
    if (newest === undefined || openTimeMs > newest.openTimeMs) {
      this.#close();
      this.#previous = newest;
      const { open, high, low, close, volume } = part;
      this.#newest = { openTimeMs, open, high, low, close, volume };
      this.#isNewestClosed = false;
    } else if (openTimeMs === newest.openTimeMs) {
      widen(newest, part);
      newest.close = part.close;
      this.#isNewestClosed = false;
    } else if (openTimeMs === this.#previous?.openTimeMs) {
      // Its close stays: a later price already followed it.
      widen(this.#previous, part);
      this.#closed.push(toClosed(this.#previous));
    }
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
    if (this.#newest === undefined || this.#isNewestClosed) return;
    this.#closed.push(toClosed(this.#newest));
    this.#isNewestClosed = true;
  }
}

function widen(candle: MutableCandle, part: PricePart): void {
  if (part.high > candle.high) candle.high = part.high;
  if (part.low < candle.low) candle.low = part.low;
  candle.volume += part.volume;
}

function toClosed({ openTimeMs, open, high, low, close, volume }: FormingCandle): ClosedCandle {
  return [openTimeMs, open, high, low, close, volume];
}
