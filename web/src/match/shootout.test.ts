import type { MatchEvent, Side } from '@bigboard/shared/sport';
import { describe, expect, it } from 'vitest';
import { describeNextKick, layOutShootout } from './shootout.ts';

const NAMES = { home: 'Argentina', away: 'France' };

/** `a+h+a-h+`: France scores, Argentina scores, France misses ... */
function kicks(text: string) {
  const shootout = { home: 0, away: 0 };
  return (text.match(/../g) ?? []).map((pair, index) => {
    const side: Side = pair[0] === 'h' ? 'home' : 'away';
    const scored = pair[1] === '+';
    if (scored) shootout[side]++;
    const entry: MatchEvent = { type: 'kick', side, player: 'X', scored, minute: 120, shootout: { ...shootout } };
    return { n: index + 1, time: 0, entry };
  });
}
const states = (text: string, side: Side, isLive = true) =>
  layOutShootout(kicks(text), isLive)?.[side].map(({ state }) => state);

describe('the shoot-out', () => {
  it('is none before the first kick', () => {
    expect(layOutShootout([], true)).toBeUndefined();
  });

  it('shows what was taken, who is next, and what is open', () => {
    expect(states('a+h+a-', 'home')).toEqual(['scored', 'next', 'open', 'open', 'open']);
    expect(states('a+h+a-', 'away')).toEqual(['scored', 'missed', 'open', 'open', 'open']);
  });

  it('shows only what was taken once the match is over', () => {
    expect(states('a+h+a-h+a-h+a+h+', 'home', false)).toEqual(['scored', 'scored', 'scored', 'scored']);
  });

  it('has nobody next once a side cannot be caught', () => {
    const decided = layOutShootout(kicks('a+h+a-h+a-h+a+h+'), true);
    expect(decided).toMatchObject({ winner: 'home', next: undefined });
  });

  it('goes on by rounds after five each', () => {
    const level = 'a+h+a+h+a+h+a+h+a+h+';
    expect(layOutShootout(kicks(`${level}a+`), true)).toMatchObject({ winner: undefined, next: 'home' });
    expect(layOutShootout(kicks(`${level}a+h-`), true)).toMatchObject({ winner: 'away' });
    expect(states(`${level}a+`, 'home')?.at(-1)).toBe('next');
  });

  it('says what the next kick can decide', () => {
    const after = (text: string) => {
      const shootout = layOutShootout(kicks(text), true);
      return shootout && describeNextKick(shootout, NAMES);
    };
    expect(after('a+h+a-h+a-h+a+')).toBe('If they score, Argentina win.');
    expect(after('a+h+')).toBe('');
    expect(after('h+a-h+a-h+')).toBe('If they miss, Argentina win.');
  });
});
