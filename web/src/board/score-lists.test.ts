import type { ScoreCard } from '@bigboard/shared/sport';
import { expect, test } from 'vitest';
import { describeEvent, leaderOf, listScores, mostInteresting } from './score-lists.ts';

const CARD: ScoreCard = {
  stage: 'Group E',
  kickoff: 1_000,
  home: { name: 'Japan', code: 'JPN' },
  away: { name: 'Spain', code: 'ESP' },
  status: 'live',
  period: '2H',
  clock: { atTimeMs: 0, elapsedSeconds: 0, running: true, baseMinute: 90 },
  score: { home: 2, away: 1 },
};

test('in play by kick-off, finished from the newest, upcoming from the next', () => {
  const lists = listScores({
    late: { ...CARD, status: 'scheduled', kickoff: 9_000 },
    next: { ...CARD, status: 'scheduled', kickoff: 8_000 },
    old: { ...CARD, status: 'finished', kickoff: 10 },
    done: { ...CARD, status: 'finished', kickoff: 20 },
    b: CARD,
    a: CARD,
  });
  expect(lists.live.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(lists.finished.map(({ id }) => id)).toEqual(['done', 'old']);
  expect(lists.upcoming.map(({ id }) => id)).toEqual(['next', 'late']);
});

test('staged times order a staged recording', () => {
  const lists = listScores({
    a: { ...CARD, kickoff: 1, stagedKickoff: 200 },
    b: { ...CARD, kickoff: 2, stagedKickoff: 100 },
  });
  expect(lists.live.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('the newest goal in play comes first and decides which group is shown', () => {
  const lists = listScores({ a: { ...CARD, lastEventTimeMs: 5 }, b: { ...CARD, lastEventTimeMs: 9 }, c: CARD });
  expect(lists.live.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  expect(mostInteresting(lists)?.id).toBe('b');
});

test('a shoot-out decides who leads a level match', () => {
  expect(leaderOf(CARD)).toBe('home');
  expect(leaderOf({ score: { home: 3, away: 3 } })).toBeUndefined();
  expect(leaderOf({ score: { home: 3, away: 3 }, shootout: { home: 2, away: 4 } })).toBe('away');
});

test('events in the words of a ticker', () => {
  const goal = { type: 'goal', minute: 9, side: 'home', player: 'Messi', score: { home: 1, away: 0 } } as const;
  expect(describeEvent(goal)).toBe('Messi');
  expect(describeEvent({ ...goal, penalty: true })).toBe('Messi, pen');
  expect(describeEvent({ ...goal, ownGoal: true })).toBe('Messi, own goal');
});
