import { expect, test } from 'vitest';
import { StreamClock } from './stream-clock.ts';

test('runs at the speed of the feed between updates', () => {
  const clock = new StreamClock();
  clock.setSpeed(30, 0);
  clock.observe(1_000_000, 100);
  expect(clock.at(2_100)).toBe(1_060_000);
});

test('an update that was long under way does not set it back', () => {
  const clock = new StreamClock();
  clock.observe(10_000, 0);
  clock.observe(10_500, 1_000);
  expect(clock.at(1_000)).toBe(11_000);
});

test('a feed that starts over does', () => {
  const clock = new StreamClock();
  clock.observe(5_400_000, 0);
  clock.observe(0, 1_000);
  expect(clock.at(2_000)).toBe(1_000);
});

test('a change of speed does not jump', () => {
  const clock = new StreamClock();
  clock.observe(0, 0);
  clock.setSpeed(10, 1_000);
  expect(clock.at(2_000)).toBe(11_000);
});

test('what may be old only says how far the feed is at least', () => {
  const clock = new StreamClock();
  clock.observe(100_000, 0);
  clock.observe(20_000, 0, true);
  expect(clock.at(0)).toBe(100_000);
  clock.observe(130_000, 0, true);
  expect(clock.at(0)).toBe(130_000);
});
