import { CANDLE_INTERVALS, type ClosedCandle } from '@bigboard/shared/market';
import { parseTopic } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { beforeAll, describe, expect, test } from 'vitest';
import { MarketSimulator } from '../feeds/market-simulator/market-simulator.ts';
import { CandleDeriver } from './candles.ts';

type Fields = Record<string, number | string>;

/** The simulated market's last minutes of a session, the night, and the first ones of the next, with its candles. */
describe('the candles of the simulated market', () => {
  const fields = new Map<string, Fields>();
  const logs = new Map<string, ClosedCandle[]>();
  const endOfDay: [quote: Fields, day: Fields][] = [];
  const deriver = new CandleDeriver();

  const apply = ({ topic, fields: changed, log }: Update) => {
    fields.set(topic, { ...fields.get(topic), ...(changed as Fields | undefined) });
    if (parseTopic(topic).kind === 'candles') {
      logs.set(topic, [...(logs.get(topic) ?? []), ...((log ?? []) as readonly ClosedCandle[])]);
    }
  };
  const play = (batch: readonly Update[]) => {
    for (const update of batch) {
      apply(update);
      deriver.fold(update);
    }
    deriver.settle(batch.at(-1)!.time).forEach(apply);
  };
  const pairs = () =>
    [...fields.keys()]
      .filter((topic) => topic.startsWith('quote:'))
      .map((topic): [Fields, Fields] => {
        return [fields.get(topic)!, fields.get(`candles:${parseTopic(topic).id}:1d`)!];
      });

  beforeAll(() => {
    const simulator = new MarketSimulator({ seed: 6, startMinute: 388 });
    play([...simulator.opening()].map(({ update }) => update));
    let batch: Update[] = [];
    for (let dueTimeMs = simulator.startTimeMs; dueTimeMs < simulator.startTimeMs + 300_000;) {
      const timed = simulator.next();
      if (timed.dueTimeMs > dueTimeMs + 50 && batch.length > 0) {
        play(batch);
        batch = [];
        dueTimeMs = timed.dueTimeMs;
      }
      if (timed.update.topic === 'session' && timed.update.fields?.['status'] === 'pre') {
        endOfDay.push(...pairs().map((pair): [Fields, Fields] => [{ ...pair[0] }, { ...pair[1] }]));
      }
      batch.push(timed.update);
    }
  });

  const expectAgreement = ([quote, day]: [Fields, Fields]) => {
    const { open, high, low, last, volume } = quote;
    expect({ symbol: quote['symbol'], ...day }).toMatchObject({
      symbol: quote['symbol'],
      open,
      high,
      low,
      close: last,
      volume,
    });
  };

  test('a day’s candle says what the quote says, at the end of the day and in the next one', () => {
    expect(endOfDay).toHaveLength(53);
    endOfDay.forEach(expectAgreement);
    pairs().forEach(expectAgreement);
  });

  test('every candle is told once, in order, and the night leaves none', () => {
    expect(logs.size).toBe(53 * CANDLE_INTERVALS.length);
    for (const log of logs.values()) {
      expect(log.every(([time], index) => index === 0 || time > log[index - 1]![0])).toBe(true);
    }
    for (const { 0: time } of logs.get('candles:KIKO:1m')!) {
      const minute = (time % 86_400_000) / 60_000;
      expect(minute).toBeGreaterThanOrEqual(9 * 60 + 30);
      expect(minute).toBeLessThan(16 * 60);
    }
    expect(logs.get('candles:KIKO:1m')!.length).toBeGreaterThan(390);
  });
});
