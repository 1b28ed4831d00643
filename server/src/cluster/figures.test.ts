import { expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { TurnMeter } from './figures.ts';
import { Recent } from './recent.ts';

it('tells the middle and the worst of a hundred, of the newest seconds only', () => {
  const recent = new Recent(1_000);
  expect(recent.percentiles(0)).toEqual({ p50: 0, p99: 0 });
  recent.add(9_999, 0);
  for (let value = 1; value <= 100; value++) recent.add(value, 500 + value);
  expect(recent.percentiles(1_200)).toEqual({ p50: 51, p99: 100 });
  expect(recent.rate(1_200)).toBe(5_050);
  expect(recent.rate(5_000)).toBe(0);
});

it('keeps no more than it may', () => {
  const recent = new Recent(1_000_000, 10);
  for (let value = 0; value < 1_000; value++) recent.add(value, value);
  expect(recent.percentiles(1_000).p50).toBeGreaterThan(970);
});

it('measures how late the event loop comes', () => {
  const clock = new ManualClock();
  const meter = new TurnMeter(clock);
  for (let turn = 0; turn < 50; turn++) {
    if (turn === 30) clock.spend(120);
    clock.advance(20);
  }
  meter.stop();
  const { p50, p99 } = meter.turnMs();
  expect(p50).toBe(0);
  expect(p99).toBeGreaterThan(80);
  expect(clock.pendingCount).toBe(0);
});
