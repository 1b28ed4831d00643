import type { Clock, MatchEvent } from '@bigboard/shared/sport';
import { describe, expect, it } from 'vitest';
import { axisOf, placeEvents, placeOfNow } from './match-progress.ts';

const clock = (elapsedMinutes: number, running = true): Clock => ({
  atTimeMs: 1_000_000,
  elapsedSeconds: elapsedMinutes * 60,
  running,
  baseMinute: 90,
});
const events = (list: readonly MatchEvent[]) => list.map((entry, index) => ({ n: index + 1, time: 0, entry }));
const goal: MatchEvent = {
  type: 'goal',
  side: 'home',
  player: 'A',
  minute: 45,
  stoppage: 4,
  score: { home: 1, away: 0 },
};

describe('the axis of what was played', () => {
  it('is as long as the longest stoppage seen', () => {
    const axis = axisOf(events([goal]), [], { clock: clock(60), period: '2H' }, 1_000_000);
    expect(axis.length).toBe(94);
    expect(placeEvents(axis, events([goal]))[0]?.x).toBe(49);
  });

  it('grows with the running clock', () => {
    const match = { clock: clock(89), period: '2H', status: 'live' } as const;
    const fiveMinutesLater = 1_000_000 + 300_000;
    const axis = axisOf([], [], match, fiveMinutesLater);
    expect(axis.length).toBe(94);
    expect(placeOfNow(axis, match, fiveMinutesLater)).toBe(94);
  });

  it('has room for kicks from the moment the shoot-out begins', () => {
    const axis = axisOf([], [], { clock: clock(120, false), period: 'PENS' }, 0);
    expect(axis.ticks.at(-1)?.label).toBe('Pens');
  });

  it('stands at the start before the match', () => {
    const axis = axisOf([], [], { clock: clock(0, false), period: 'pre' }, 0);
    expect(placeOfNow(axis, { clock: clock(0, false), period: 'pre', status: 'scheduled' }, 0)).toBe(0);
  });
});
