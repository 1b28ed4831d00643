import { formatPercent, formatPrice } from '../format/number.ts';
import { formatMinuteOfDay, formatDayWithYear } from '../format/time.ts';
import { INTERVAL_MS, type Candle } from './candle-series.ts';

/** The chart in a sentence, for those who do not see the canvas. */
export function summarisePrices(
  candles: readonly Candle[],
  name: string,
  rangeTitle: string,
  decimals: number,
): string {
  const first = candles[0];
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return `${name}, ${rangeTitle}: no prices yet`;
  let high = first;
  let low = first;
  for (const candle of candles) {
    if (candle.high > high.high) high = candle;
    if (candle.low < low.low) low = candle;
  }
  const spansDays = last.openTimeMs - first.openTimeMs >= INTERVAL_MS['1d'];
  const when = ({ openTimeMs }: Candle) => (spansDays ? formatDayWithYear(openTimeMs) : formatMinuteOfDay(openTimeMs));
  const price = (value: number) => formatPrice(value, decimals);
  const change = first.open === 0 ? 0 : ((last.close - first.open) / first.open) * 100;
  return (
    `${name}, ${rangeTitle.toLowerCase()}: from ${price(first.open)} at ${when(first)} to ${price(last.close)} at ${when(last)}, ` +
    `${formatPercent(change)}; highest ${price(high.high)} at ${when(high)}, lowest ${price(low.low)} at ${when(low)}.`
  );
}
