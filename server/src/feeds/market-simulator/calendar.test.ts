import { describe, expect, test } from 'vitest';
import { activityAt, marketDay, SESSION_MINUTES, sessionAt, statusAt } from './calendar.ts';

describe('the calendar', () => {
  test('sessions run from 09:30 to 16:00 UTC and skip the weekend, before the base too', () => {
    expect(new Date(marketDay(0).openTimeMs).toISOString()).toBe('2026-01-05T09:30:00.000Z');
    expect(new Date(marketDay(4).closeTimeMs).toISOString()).toBe('2026-01-09T16:00:00.000Z');
    expect(new Date(marketDay(5).openTimeMs).toISOString()).toBe('2026-01-12T09:30:00.000Z');
    expect(new Date(marketDay(-1).openTimeMs).toISOString()).toBe('2026-01-02T09:30:00.000Z');
    for (let number = -200; number < 200; number++) {
      expect([1, 2, 3, 4, 5]).toContain(new Date(marketDay(number).openTimeMs).getUTCDay());
      expect(marketDay(number + 1).preTimeMs).toBeGreaterThan(marketDay(number).endTimeMs);
    }
  });

  test('a day goes through its statuses in order', () => {
    const day = marketDay(5);
    expect(statusAt(day, day.preTimeMs)).toBe('pre');
    expect(statusAt(day, day.openingAuctionTimeMs)).toBe('auction');
    expect(statusAt(day, day.openTimeMs)).toBe('open');
    expect(statusAt(day, day.closingAuctionTimeMs)).toBe('auction');
    expect(statusAt(day, day.closeTimeMs)).toBe('closed');
  });

  test('a session tells when the next one opens', () => {
    const friday = marketDay(9);
    expect(sessionAt(friday, friday.openTimeMs + 1)).toEqual({
      status: 'open',
      openTimeMs: Date.UTC(2026, 0, 16, 9, 30),
      closeTimeMs: Date.UTC(2026, 0, 16, 16),
      nextOpenTimeMs: Date.UTC(2026, 0, 19, 9, 30),
    });
  });

  test('the market is busy at both ends and averages to one', () => {
    expect(activityAt(0)).toBeGreaterThan(2);
    expect(activityAt(SESSION_MINUTES / 2)).toBeLessThan(0.9);
    expect(activityAt(SESSION_MINUTES)).toBeGreaterThan(1.5);
    let sum = 0;
    for (let minute = 0; minute < SESSION_MINUTES; minute++) sum += activityAt(minute + 0.5);
    expect(sum / SESSION_MINUTES).toBeCloseTo(1, 3);
  });
});
