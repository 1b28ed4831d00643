import { SESSION_MINUTES } from './calendar.ts';
import { SECTORS, STOCK_SCALE, type Stock } from './instruments.ts';
import type { Random } from './random.ts';

/** Everything the model remembers. Levels are logarithms around a stock's listed price; one number a sector or stock. */
export interface PriceState {
  market: number;
  /** Logarithms of volatility multipliers: `slow` lasts days, `fast` minutes. */
  marketSlow: number;
  marketFast: number;
  readonly sectors: number[];
  readonly own: number[];
  readonly slow: number[];
  readonly fast: number[];
}

const MARKET_DAILY = 0.008;
const SECTOR_DAILY = 0.007;
/** Shares of a day's variance: the rest comes overnight, as the gap at the opening. */
const SESSION_SHARE = 0.75;
/** Shares of a stock's own variance: the rest comes as news. */
const DIFFUSION_SHARE = 0.4;
const NEWS_A_DAY = 0.1;
/** News adds this to the logarithm of the stock's volatility: it goes on shaking after the jump. */
const NEWS_SHAKE = 1.1;
const FAST_SD = 0.4;
const FAST_MINUTES = 40;
const SLOW_SD = 0.35;
const SLOW_DAYS = 8;
/** Makes the mean square of the multiplier exp(slow + fast - this) one. */
const LOG_VARIANCE = FAST_SD * FAST_SD + SLOW_SD * SLOW_SD;
/** How much of the market's nervousness each stock shares. */
const SHARED_NERVES = 0.5;
/** Pulls levels home overnight by 1 %, or a stock would after a few hundred sessions be worth a cent, or a million. */
const HOMING_A_DAY = 0.01;

/**
 * The value each stock's trading swings about. A return is a market factor, a sector factor and the stock's own noise
 * (the index model of Sharpe, Management Science 9, 1963, with sectors). The noise has
 * - stochastic volatility: the logarithm is the sum of a slow and a fast mean-reverting process (Taylor, "Modelling
 *   Financial Time Series", 1986; two speeds as in Alizadeh, Brandt and Diebold, Journal of Finance 57, 2002). That gives
 *   the clustering and, mixing wide and narrow days, the fat tails;
 * - news: jumps at random times (Merton, Journal of Financial Economics 3, 1976).
 */
export class PriceModel {
  readonly state: PriceState;
  /** Value of each stock now, in ticks, not rounded. */
  readonly values: Float64Array;
  /** Standard deviation of each stock's own noise now, as a multiple of its usual one. */
  readonly nerves: Float64Array;
  readonly #random: Random;
  readonly #stocks: readonly Stock[];
  readonly #sectorOf: readonly number[];

  constructor(random: Random, stocks: readonly Stock[], state: PriceState) {
    this.state = state;
    this.#random = random;
    this.#stocks = stocks;
    this.#sectorOf = stocks.map((stock) => SECTORS.indexOf(stock.sector));
    this.values = new Float64Array(stocks.length);
    this.nerves = new Float64Array(stocks.length);
    this.#update();
  }

  /** Trading time passes: `minutes` of it, at the given activity (1 is the session's average). */
  step(minutes: number, activity: number): void {
    const { state } = this;
    const random = this.#random;
    /** Part of a day's standard deviation that falls into this step. */
    const share = Math.sqrt((SESSION_SHARE * activity * minutes) / SESSION_MINUTES);
    const newsChance = (NEWS_A_DAY * minutes) / SESSION_MINUTES;
    const keep = Math.exp(-minutes / FAST_MINUTES);
    const renew = FAST_SD * Math.sqrt(1 - keep * keep);

    state.marketFast = keep * state.marketFast + renew * random.normal();
    const marketNerves = this.marketNerves();
    state.market += MARKET_DAILY * marketNerves * share * random.normal();
    for (let sector = 0; sector < state.sectors.length; sector++) {
      state.sectors[sector] = state.sectors[sector]! + SECTOR_DAILY * marketNerves * share * random.normal();
    }
    const ownShare = share * Math.sqrt(DIFFUSION_SHARE);
    for (let index = 0; index < this.#stocks.length; index++) {
      const { volatility } = this.#stocks[index]!;
      let fast = keep * state.fast[index]! + renew * random.normal();
      let move = volatility * this.nerves[index]! * ownShare * random.normal();
      if (random.chance(newsChance)) {
        const size = volatility * (1 + random.exponential(1.2));
        move += random.chance(0.5) ? size : -size;
        fast += NEWS_SHAKE;
      }
      state.fast[index] = fast;
      state.own[index] = state.own[index]! + move;
    }
    this.#update();
  }

  /** The night between two sessions: a gap, and the slow part of volatility takes its daily step. */
  passNight(): void {
    const { state } = this;
    const random = this.#random;
    const share = Math.sqrt(1 - SESSION_SHARE);
    const keep = Math.exp(-1 / SLOW_DAYS);
    const renew = SLOW_SD * Math.sqrt(1 - keep * keep);
    const home = 1 - HOMING_A_DAY;

    state.marketSlow = keep * state.marketSlow + renew * random.normal();
    const marketNerves = this.marketNerves();
    state.market = home * state.market + MARKET_DAILY * marketNerves * share * random.normal();
    for (let sector = 0; sector < state.sectors.length; sector++) {
      const move = SECTOR_DAILY * marketNerves * share * random.normal();
      state.sectors[sector] = home * state.sectors[sector]! + move;
    }
    for (let index = 0; index < this.#stocks.length; index++) {
      state.slow[index] = keep * state.slow[index]! + renew * random.normal();
      const move = this.#stocks[index]!.volatility * this.nerves[index]! * share * random.normal();
      state.own[index] = home * state.own[index]! + move;
    }
    this.#update();
  }

  marketNerves(): number {
    return Math.exp(this.state.marketSlow + this.state.marketFast - LOG_VARIANCE);
  }

  /** Standard deviation, as a logarithm, of the market over `minutes` at the given activity. */
  marketDeviation(minutes: number, activity: number): number {
    return MARKET_DAILY * this.marketNerves() * Math.sqrt((SESSION_SHARE * activity * minutes) / SESSION_MINUTES);
  }

  /** The same of one stock, all three parts together. */
  stockDeviation(index: number, minutes: number, activity: number): number {
    const { beta, volatility } = this.#stocks[index]!;
    const market = beta * MARKET_DAILY * this.marketNerves();
    const sector = SECTOR_DAILY * this.marketNerves();
    const own = volatility * this.nerves[index]!;
    const day = market * market + sector * sector + DIFFUSION_SHARE * own * own;
    return Math.sqrt((day * SESSION_SHARE * activity * minutes) / SESSION_MINUTES);
  }

  #update(): void {
    const { state } = this;
    const shared = SHARED_NERVES * (state.marketSlow + state.marketFast);
    const logVariance = LOG_VARIANCE * (1 + SHARED_NERVES * SHARED_NERVES);
    for (let index = 0; index < this.#stocks.length; index++) {
      const { price, beta } = this.#stocks[index]!;
      const level = beta * state.market + state.sectors[this.#sectorOf[index]!]! + state.own[index]!;
      this.values[index] = STOCK_SCALE * price * Math.exp(level);
      this.nerves[index] = Math.exp(state.slow[index]! + state.fast[index]! + shared - logVariance);
    }
  }
}

/** A model's first state: levels at home, volatilities drawn from what they settle to. */
export function drawPriceState(random: Random, stocks: readonly Stock[]): PriceState {
  return {
    market: 0,
    marketSlow: SLOW_SD * random.normal(),
    marketFast: 0,
    sectors: SECTORS.map(() => 0),
    own: stocks.map(() => 0),
    slow: stocks.map(() => SLOW_SD * random.normal()),
    fast: stocks.map(() => 0),
  };
}
