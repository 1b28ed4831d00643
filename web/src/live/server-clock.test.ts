import { expect, test } from 'vitest';
import { ServerClock } from './server-clock.ts';

test('takes the middle of the newest five echoes, so one slow answer does not shift the clock', () => {
  const clock = new ServerClock();
  for (const serverMs of [5_010, 5_010, 9_000, 5_012, 5_008]) clock.echo(0, serverMs, 20);
  expect(clock.offsetMs).toBe(5_000);
});

test('an age is measured on the server clock and never negative', () => {
  const clock = new ServerClock();
  clock.echo(0, -3_600_000, 0);
  expect(clock.ageOf(-3_600_000, 84)).toBe(84);
  expect(clock.ageOf(-3_500_000, 84)).toBe(0);
});
