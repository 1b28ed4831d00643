import { describe, expect, it } from 'vitest';
import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { longestGap, measureStaging } from './quality.ts';

const GOAL = { type: 'goal', minute: 1, side: 'home', player: 'A', score: { home: 1, away: 0 } };
const CARD = { type: 'card', minute: 1, side: 'home', player: 'A', card: 'yellow' };

function row(topic: string, time: number, status?: string, entry?: Json): NamespacedUpdate {
  const update = { topic, time, ...(status && { fields: { status } }), ...(entry !== undefined && { log: [entry] }) };
  return { namespace: 'sports', update };
}

describe('the longest gap around a circle', () => {
  it('is found across the seam too', () => {
    expect(longestGap([10, 20, 50], 60)).toBe(30);
    expect(longestGap([30, 50, 20], 60)).toBe(30);
  });

  it('is the whole circle when there is one moment or none', () => {
    expect(longestGap([7], 60)).toBe(60);
    expect(longestGap([], 60)).toBe(60);
  });
});

describe('the measure of a staged loop', () => {
  it('counts goals inside the loop, not cards and not what went before', () => {
    const updates = [
      row('match:a', 80, undefined, GOAL),
      row('match:a', 110, undefined, GOAL),
      row('match:a', 130, undefined, CARD),
      row('match:a', 160, undefined, GOAL),
    ];
    expect(measureStaging(updates, { startTimeMs: 100, endTimeMs: 200 }).longestGapMs).toBe(50);
  });

  it('counts a match in play from before the start, and none between two of them', () => {
    const updates = [
      row('match:a', 50, 'live'),
      row('match:b', 100, 'scheduled'),
      row('match:b', 120, 'live'),
      row('match:b', 130, 'live'),
      row('match:a', 140, 'finished'),
      row('match:b', 150, 'finished'),
      row('match:a', 180, 'live'),
    ];
    expect(measureStaging(updates, { startTimeMs: 100, endTimeMs: 200 })).toMatchObject({
      fewestInPlay: 0,
      mostInPlay: 2,
    });
    expect(measureStaging(updates.slice(0, 5), { startTimeMs: 100, endTimeMs: 140 }).fewestInPlay).toBe(1);
  });
});
