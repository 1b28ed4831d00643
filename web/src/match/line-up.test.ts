import type { MatchEvent } from '@bigboard/shared/sport';
import { expect, it } from 'vitest';
import { layOutLineUp } from './line-up.ts';

const LINEUP = Array.from({ length: 11 }, (_, index) => `Player ${index + 1}`);
const EVENTS: readonly MatchEvent[] = [
  { type: 'goal', side: 'home', player: 'Player 9', minute: 10, score: { home: 1, away: 0 } },
  { type: 'card', side: 'home', player: 'Player 2', card: 'yellow', minute: 20 },
  { type: 'substitution', side: 'home', off: 'Player 9', on: 'Reserve', minute: 90, stoppage: 2 },
  { type: 'goal', side: 'away', player: 'Player 3', ownGoal: true, minute: 95, score: { home: 1, away: 1 } },
];
const { starters, substitutes } = layOutLineUp(
  LINEUP,
  EVENTS.map((entry, index) => ({ n: index + 1, time: 0, entry })),
  'home',
);

it('marks goals, cards and substitutions', () => {
  expect(starters).toHaveLength(11);
  expect(starters[8]).toEqual({ name: 'Player 9', goals: 1, card: undefined, on: undefined, off: '90+2′' });
  expect(starters[1]?.card).toBe('yellow');
  expect(substitutes).toEqual([{ name: 'Reserve', goals: 0, card: undefined, on: '90+2′', off: undefined }]);
});

it('does not credit an own goal', () => {
  expect(starters[2]?.goals).toBe(0);
});
