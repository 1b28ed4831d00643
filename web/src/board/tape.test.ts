import type { WatchRow } from '@bigboard/shared/market';
import type { ScoreCard } from '@bigboard/shared/sport';
import { expect, test } from 'vitest';
import { addToTape, historyOfScores, newsOfScores, newsOfWatch, TAPE_LENGTH, type TapeItem } from './tape.ts';

const CARD: ScoreCard = {
  stage: 'Group E',
  kickoff: 0,
  home: { name: 'Japan', code: 'JPN' },
  away: { name: 'Spain', code: 'ESP' },
  status: 'live',
  period: '2H',
  clock: { atTimeMs: 0, elapsedSeconds: 0, running: true, baseMinute: 90 },
  score: { home: 1, away: 1 },
};
const GOAL: ScoreCard = {
  ...CARD,
  score: { home: 2, away: 1 },
  lastEvent: { type: 'goal', side: 'home', player: 'Tanaka', minute: 51, score: { home: 2, away: 1 } },
  lastEventTimeMs: 9,
};
const ROW: WatchRow = {
  name: '',
  sector: '',
  decimals: 2,
  last: 1,
  change: 0,
  changePercent: 0,
  volume: 0,
  status: 'open',
};

test('a goal is told with its score, scorer and minute', () => {
  expect(newsOfScores({ m: CARD }, { m: GOAL }, 5)).toMatchObject([
    { kind: 'goal', title: 'Japan 2–1 Spain', detail: 'Tanaka 51′', side: 'home', address: '/m/m' },
  ]);
});

test('a goal taken back is told too', () => {
  expect(newsOfScores({ m: GOAL }, { m: CARD }, 5)).toMatchObject([{ detail: 'Goal struck off' }]);
});

test('a match that was not known before is no news', () => {
  expect(newsOfScores({}, { m: GOAL }, 5)).toEqual([]);
});

test('what a replay restores when it begins again is no news', () => {
  const staged = { ...CARD, stagedKickoff: 100 };
  expect(newsOfScores({ m: staged }, { m: { ...GOAL, stagedKickoff: 20 } }, 5)).toEqual([]);
});

test('one halted symbol is told by name, a whole session as one', () => {
  const before = { A: ROW, B: ROW, C: ROW };
  expect(newsOfWatch(before, { ...before, B: { ...ROW, status: 'halted' } }, 5)).toMatchObject([
    { title: 'B', detail: 'trading halted' },
  ]);
  const closed: WatchRow = { ...ROW, status: 'closed' };
  expect(newsOfWatch(before, { A: closed, B: closed, C: closed }, 5)).toMatchObject([
    { title: 'The market is closed' },
  ]);
});

test('the tape keeps each item once and only the newest', () => {
  const item = (n: number): TapeItem => ({ id: String(n), kind: 'event', atMs: n, title: '', detail: '' });
  const tape = addToTape(
    [],
    Array.from({ length: 60 }, (_, index) => item(index)),
  );
  expect(tape).toHaveLength(TAPE_LENGTH);
  expect(tape[0]?.id).toBe('59');
  expect(addToTape(tape, [item(59)])).toBe(tape);
});

test('history stands at its own times, and without one where that is not known', () => {
  expect(historyOfScores({ m: GOAL }, (eventTimeMs) => 1_000 + eventTimeMs, 5_000)).toMatchObject([{ atMs: 1_009 }]);
  expect(historyOfScores({ m: GOAL }, () => undefined, 5_000)).toMatchObject([{ isUntimed: true }]);
});
