import { describe, expect, it } from 'vitest';
import type { Candle } from './candle-series.ts';
import { chooseTimeTicks } from './time-ticks.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const utc = () => 0;
const START = Date.UTC(2022, 11, 1);
const candles = (times: readonly number[]): Candle[] =>
  times.map((time) => ({ openTimeMs: START + time, open: 1, high: 1, low: 1, close: 1, volume: 1 }));
const run = (count: number, fromMinute: number, stepMinutes = 1, day = 0) =>
  Array.from({ length: count }, (_, index) => day * DAY + (fromMinute + index * stepMinutes) * MINUTE);
const clock = (timeMs: number) => new Date(timeMs).toISOString().slice(11, 16);

describe('time labels on an axis of candles', () => {
  it('stand at round times, as close as they fit', () => {
    const ticks = chooseTimeTicks(candles(run(120, 14 * 60 + 33)), MINUTE, 600, 64, utc);
    expect(ticks.map(({ timeMs }) => clock(timeMs))).toEqual([
      '14:45',
      '15:00',
      '15:15',
      '15:30',
      '15:45',
      '16:00',
      '16:15',
      '16:30',
    ]);
  });

  it('get coarser on a phone', () => {
    const ticks = chooseTimeTicks(candles(run(120, 14 * 60 + 33)), MINUTE, 300, 64, utc);
    expect(ticks.map(({ timeMs }) => clock(timeMs))).toEqual(['15:00', '15:30', '16:00', '16:30']);
  });

  it("follow the viewer's zone", () => {
    const ticks = chooseTimeTicks(candles(run(360, 0)), MINUTE, 400, 64, () => 30);
    expect(clock(ticks[0]?.timeMs ?? 0)).toBe('00:30');
  });

  it('say the date where a new session begins', () => {
    const two = candles([...run(100, 15 * 60, 5), ...run(100, 15 * 60, 5, 1)]);
    const ticks = chooseTimeTicks(two, 5 * MINUTE, 700, 64, utc);
    expect(ticks.filter(({ unit }) => unit === 'day').map(({ index }) => index)).toEqual([100]);
  });

  it('keep their distance: a date displaces the clock time before it', () => {
    const two = candles([...run(96, 15 * 60, 5), ...run(96, 15 * 60, 5, 1)]);
    const ticks = chooseTimeTicks(two, 5 * MINUTE, 700, 64, utc);
    for (let at = 1; at < ticks.length; at++) {
      expect(((ticks[at]?.index ?? 0) - (ticks[at - 1]?.index ?? 0)) * (700 / 192)).toBeGreaterThanOrEqual(64);
    }
  });

  it('are months over years of days, and the year in January', () => {
    const ticks = chooseTimeTicks(candles(Array.from({ length: 250 }, (_, day) => day * DAY)), DAY, 700, 64, utc);
    expect(ticks[0]).toMatchObject({ unit: 'year', timeMs: Date.UTC(2023, 0, 1) });
    expect(ticks[1]).toMatchObject({ unit: 'month', timeMs: Date.UTC(2023, 1, 1) });
  });

  it('are none without width or candles', () => {
    expect(chooseTimeTicks([], MINUTE, 600)).toEqual([]);
    expect(chooseTimeTicks(candles(run(5, 0)), MINUTE, 0)).toEqual([]);
  });
});
