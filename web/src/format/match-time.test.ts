import type { Clock } from '@bigboard/shared/sport';
import { expect, test } from 'vitest';
import { formatMatchClock, formatMatchMinute } from './match-time.ts';

const CLOCK: Clock = { atTimeMs: 1_000_000, elapsedSeconds: 70 * 60, running: true, baseMinute: 90 };

test('the clock runs on from its anchor and counts the minute under way', () => {
  const match = { status: 'live', period: '2H', clock: CLOCK } as const;
  expect(formatMatchClock(match, 1_000_000)).toBe('71′');
  expect(formatMatchClock(match, 1_060_000)).toBe('72′');
});

test('after the regular time of a period it counts apart', () => {
  const clock = { ...CLOCK, elapsedSeconds: 45 * 60 + 61, baseMinute: 45 };
  expect(formatMatchClock({ status: 'live', period: '1H', clock }, 1_000_000)).toBe('45+2′');
});

test('a clock does not run on for years when the stream time is not the match’s', () => {
  const clock = { ...CLOCK, elapsedSeconds: 0, baseMinute: 45 };
  expect(formatMatchClock({ status: 'live', period: '1H', clock }, 1e12)).toBe('45+31′');
});

test('a standing clock says why it stands', () => {
  const clock = { ...CLOCK, running: false };
  expect(formatMatchClock({ status: 'live', period: 'HT', clock }, 9_000_000)).toBe('HT');
  expect(formatMatchClock({ status: 'finished', period: 'FT', clock }, 9_000_000)).toBe('FT');
  expect(formatMatchClock({ status: 'scheduled', period: 'pre', clock }, 9_000_000)).toBe('');
});

test('minutes as a report writes them', () => {
  expect(formatMatchMinute({ minute: 90, stoppage: 4 })).toBe('90+4′');
  expect(formatMatchMinute({ minute: 23 })).toBe('23′');
});
