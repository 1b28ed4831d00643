import { z } from 'zod';

/** The topic kinds of `/markets`. Prices are numbers with the instrument's `decimals`; shares are integers. */

export const SESSION_STATUSES = ['pre', 'open', 'halted', 'auction', 'closed'] as const;
export const sessionStatusSchema = z.enum(SESSION_STATUSES);
export type SessionStatus = z.infer<typeof sessionStatusSchema>;

/** `quote:SYM`: best bid and ask and the day so far. */
export const quoteSchema = z.object({
  symbol: z.string(),
  name: z.string(),
  /** Sector as shown, for example `Energy`; `Index` marks an index, which has no trades and no depth. */
  sector: z.string(),
  currency: z.string(),
  decimals: z.number().int().min(0).max(8),
  last: z.number(),
  previousClose: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  volume: z.number().int(),
  bid: z.number().optional(),
  bidSize: z.number().int().optional(),
  ask: z.number().optional(),
  askSize: z.number().int().optional(),
  change: z.number(),
  changePercent: z.number(),
  status: sessionStatusSchema,
});
export type Quote = z.infer<typeof quoteSchema>;

/** An entry of `trades:SYM`. `side` is the taker's: `buy` lifted the ask. */
export const tradeSchema = z.object({
  price: z.number(),
  size: z.number().int().positive(),
  side: z.enum(['buy', 'sell', 'auction']),
});
export type Trade = z.infer<typeof tradeSchema>;

export const CANDLE_INTERVALS = ['1m', '5m', '1h', '1d'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];
export const CANDLE_INTERVAL_MS: Readonly<Record<CandleInterval, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/**
 * `candles:SYM:INTERVAL`: the fields are the newest candle, over `[openTimeMs, openTimeMs + interval)`. It is forming until
 * the log has an entry with its `openTimeMs`; then it stays in the fields until the next price begins another.
 */
export const formingCandleSchema = z.object({
  openTimeMs: z.number().int(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().int(),
});
export type FormingCandle = z.infer<typeof formingCandleSchema>;

/**
 * An entry of `candles:SYM:INTERVAL`: `[openTimeMs, open, high, low, close, volume]`, closed. One with an `openTimeMs`
 * that is already there replaces it.
 */
export const closedCandleSchema = z.tuple([
  z.number().int(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
]);
export type ClosedCandle = z.infer<typeof closedCandleSchema>;

/** `[price, size]` */
export const levelSchema = z.tuple([z.number(), z.number().int()]);
export type Level = z.infer<typeof levelSchema>;

/** `depth:SYM`: levels from the best outwards. */
export const depthSchema = z.object({ bids: z.array(levelSchema), asks: z.array(levelSchema) });
export type Depth = z.infer<typeof depthSchema>;

/** One field of `watch`, named by the symbol: what a row of the watchlist needs. */
export const watchRowSchema = z.object({
  name: z.string(),
  sector: z.string(),
  decimals: z.number().int(),
  last: z.number(),
  change: z.number(),
  changePercent: z.number(),
  volume: z.number().int(),
  status: sessionStatusSchema,
});
export type WatchRow = z.infer<typeof watchRowSchema>;

/**
 * One field of `sparks`, named by the symbol: the session as a line. `points` are closes, oldest first, one each
 * `intervalMs` from the session's opening; `baseline` is the previous close.
 */
export const sparkSchema = z.object({
  sessionOpenTimeMs: z.number().int(),
  sessionCloseTimeMs: z.number().int(),
  intervalMs: z.number().int(),
  baseline: z.number(),
  points: z.array(z.number()),
});
export type Spark = z.infer<typeof sparkSchema>;

/** `movers`: the field `up` and the field `down`, each the strongest first. */
export const moverSchema = z.object({ symbol: z.string(), last: z.number(), changePercent: z.number() });
export const moversSchema = z.object({ up: z.array(moverSchema), down: z.array(moverSchema) });
export type Mover = z.infer<typeof moverSchema>;

/** `session`: where the market's day stands. Times are stream times. */
export const sessionSchema = z.object({
  status: sessionStatusSchema,
  openTimeMs: z.number().int(),
  closeTimeMs: z.number().int(),
  /** Of the session after this one. */
  nextOpenTimeMs: z.number().int(),
});
export type Session = z.infer<typeof sessionSchema>;
