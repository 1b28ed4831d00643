import { CANDLE_INTERVALS, type CandleInterval } from '@bigboard/shared/market';
import { CandleSeries } from '../../derive/candles-fold.ts';
import { activityAt, marketDay, SESSION_MINUTES } from './calendar.ts';
import { INDEX_SCALE, indexValue } from './index-basket.ts';
import { STOCK_SCALE } from './instruments.ts';
import type { Universe } from './live-market.ts';
import type { PriceModel } from './price-model.ts';
import type { Random } from './random.ts';
import { CLOSING_SHARE, movePrice, openDay, OPENING_SHARE, startDay, type DayFigures } from './stock-state.ts';

/** An instrument's candles, one series an interval. */
export type CandleArchive = Readonly<Record<CandleInterval, CandleSeries>>;

export interface Past {
  readonly stocks: readonly DayFigures[];
  readonly indices: readonly DayFigures[];
  readonly stockCandles: readonly CandleArchive[];
  readonly indexCandles: readonly CandleArchive[];
}

/** How far back, in sessions, each grain of the past reaches, and the step of the path within it. */
const GRAINS: readonly { sessions: number; stepMinutes: number; intervals: readonly CandleInterval[] }[] = [
  { sessions: 0, stepMinutes: 1, intervals: CANDLE_INTERVALS },
  { sessions: 5, stepMinutes: 5, intervals: ['5m', '1h', '1d'] },
  { sessions: 30, stepMinutes: 30, intervals: ['1h', '1d'] },
  { sessions: 120, stepMinutes: 65, intervals: ['1d'] },
];

/**
 * Walks the price model from 120 sessions ago to `untilMinute` of session `dayNumber`. All intervals are folded from one
 * path, so wherever two of them reach they agree. Nothing trades in the past: a step becomes one price part, whose high
 * and low are those of a Brownian bridge between its ends (Glasserman, "Monte Carlo Methods in Financial Engineering",
 * 2003, section 6.4).
 */
export function walkPast(
  random: Random,
  universe: Universe,
  model: PriceModel,
  dayNumber: number,
  untilMinute: number,
): Past {
  const walk = new Walk(random, universe, model);
  const first = dayNumber - GRAINS[GRAINS.length - 1]!.sessions;
  for (let number = first; number <= dayNumber; number++) {
    const age = dayNumber - number;
    const grain = GRAINS.find(({ sessions }) => age <= sessions)!;
    if (number > first) model.passNight();
    walk.open();
    const lastMinute = age === 0 ? untilMinute : SESSION_MINUTES;
    const { openTimeMs } = marketDay(number);
    for (let minute = 0; minute < lastMinute; minute += grain.stepMinutes) {
      walk.step(openTimeMs, minute, grain.stepMinutes, grain.intervals);
    }
  }
  return walk.past;
}

class Walk {
  readonly past: Past;
  readonly #random: Random;
  readonly #universe: Universe;
  readonly #model: PriceModel;
  readonly #lasts: Float64Array;

  constructor(random: Random, universe: Universe, model: PriceModel) {
    this.#random = random;
    this.#universe = universe;
    this.#model = model;
    this.#lasts = model.values.map(Math.round);
    this.past = {
      stocks: universe.stocks.map((_, index) => newFigures(this.#lasts[index]!)),
      indices: universe.indices.map((basket) => newFigures(indexValue(basket, this.#lasts))),
      stockCandles: universe.stocks.map(newArchive),
      indexCandles: universe.indices.map(newArchive),
    };
  }

  open(): void {
    this.past.stocks.forEach((figures, index) => {
      startDay(figures);
      openDay(figures, Math.max(1, Math.round(this.#model.values[index]!)));
      this.#lasts[index] = figures.last;
    });
    this.past.indices.forEach((figures, index) => {
      startDay(figures);
      openDay(figures, indexValue(this.#universe.indices[index]!, this.#lasts));
    });
  }

  step(openTimeMs: number, minute: number, minutes: number, intervals: readonly CandleInterval[]): void {
    const activity = activityAt(minute + minutes / 2);
    const timeMs = openTimeMs + minute * 60_000;
    this.#model.step(minutes, activity);
    const { stocks, indices, stockCandles, indexCandles } = this.past;
    for (let index = 0; index < stocks.length; index++) {
      const figures = stocks[index]!;
      const close = Math.max(1, Math.round(this.#model.values[index]!));
      const deviation = this.#model.stockDeviation(index, minutes, activity);
      const volume = this.#volume(index, minute, minutes, activity);
      this.#move(figures, stockCandles[index]!, intervals, timeMs, close, deviation, volume, STOCK_SCALE);
      this.#lasts[index] = figures.last;
    }
    const deviation = this.#model.marketDeviation(minutes, activity);
    for (let index = 0; index < indices.length; index++) {
      const value = indexValue(this.#universe.indices[index]!, this.#lasts);
      this.#move(indices[index]!, indexCandles[index]!, intervals, timeMs, value, deviation, 0, INDEX_SCALE);
    }
  }

  #move(
    figures: DayFigures,
    archive: CandleArchive,
    intervals: readonly CandleInterval[],
    timeMs: number,
    close: number,
    deviation: number,
    volume: number,
    scale: number,
  ): void {
    const open = figures.last;
    const high = Math.max(open, close, Math.round(this.#bridge(open, close, deviation * open, 1)));
    const low = Math.max(1, Math.min(open, close, Math.round(this.#bridge(open, close, deviation * open, -1))));
    movePrice(figures, high);
    movePrice(figures, low);
    movePrice(figures, close);
    figures.volume += volume;
    const part = {
      timeMs,
      open: open / scale,
      high: high / scale,
      low: low / scale,
      close: close / scale,
      volume,
    };
    for (const interval of intervals) archive[interval].add(part);
  }

  /** The farthest point, up (1) or down (-1), of a random walk of this deviation that begins and ends where told. */
  #bridge(begin: number, end: number, deviation: number, direction: 1 | -1): number {
    const move = end - begin;
    const reach = Math.sqrt(move * move + 2 * deviation * deviation * this.#random.exponential(1));
    return (begin + end + direction * reach) / 2;
  }

  #volume(index: number, minute: number, minutes: number, activity: number): number {
    const { dailyVolume } = this.#universe.stocks[index]!;
    const nervous = 0.7 + 0.3 * this.#model.nerves[index]!;
    let share = ((1 - OPENING_SHARE - CLOSING_SHARE) * activity * minutes) / SESSION_MINUTES;
    if (minute === 0) share += OPENING_SHARE;
    if (minute + minutes >= SESSION_MINUTES) share += CLOSING_SHARE;
    const volume = dailyVolume * share * nervous * Math.exp(0.35 * this.#random.normal() - 0.06);
    return 5 * Math.max(1, Math.round(volume / 5));
  }
}

function newFigures(last: number): DayFigures {
  return { last, previousClose: last, open: last, high: last, low: last, volume: 0 };
}

function newArchive(): CandleArchive {
  return {
    '1m': new CandleSeries('1m'),
    '5m': new CandleSeries('5m'),
    '1h': new CandleSeries('1h'),
    '1d': new CandleSeries('1d'),
  };
}
