import type { MatchEvent } from '@bigboard/shared/sport';
import { expect, it } from 'vitest';
import { listScorers } from './scorers.ts';

const score = { home: 1, away: 0 };
const EVENTS: readonly MatchEvent[] = [
  { type: 'goal', side: 'home', player: 'Lionel Messi', penalty: true, minute: 23, score },
  { type: 'goal', side: 'home', player: 'Ángel Di María', minute: 36, score },
  { type: 'goal', side: 'away', player: 'Kylian Mbappé', minute: 81, score },
  { type: 'goal', side: 'home', player: 'Lionel Messi', minute: 108, score },
  { type: 'goal', side: 'away', player: 'Enzo Fernández', ownGoal: true, minute: 110, score },
];
const entries = EVENTS.map((entry, index) => ({ n: index + 1, time: 0, entry }));

it('joins the goals of a player, in the order of the first', () => {
  expect(listScorers(entries, 'home')).toEqual([
    { player: 'Messi', minutes: '23′\u00a0pen, 108′' },
    { player: 'Di María', minutes: '36′' },
  ]);
});

it('gives an own goal to the side it counts for', () => {
  expect(listScorers(entries, 'away').at(-1)).toEqual({ player: 'Fernández', minutes: '110′\u00a0og' });
});
