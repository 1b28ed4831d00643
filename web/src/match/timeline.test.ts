import type { MatchEvent } from '@bigboard/shared/sport';
import { expect, it } from 'vitest';
import { layOutTimeline } from './timeline.ts';

const EVENTS: readonly MatchEvent[] = [
  { type: 'period', period: '1H', minute: 0 },
  { type: 'goal', side: 'home', player: 'Lionel Messi', penalty: true, minute: 23, score: { home: 1, away: 0 } },
  { type: 'card', side: 'away', player: 'Adrien Rabiot', card: 'second_yellow', minute: 45, stoppage: 7 },
  { type: 'period', period: 'HT', minute: 45 },
  { type: 'period', period: '2H', minute: 45 },
  { type: 'substitution', side: 'away', off: 'Olivier Giroud', on: 'Marcus Thuram', minute: 46 },
  { type: 'kick', side: 'away', player: 'Kingsley Coman', scored: false, minute: 120, shootout: { home: 1, away: 1 } },
];
const rows = layOutTimeline(EVENTS.map((entry, index) => ({ n: index + 1, time: 0, entry })));

it('runs from the newest event backwards, without the starts of later halves', () => {
  expect(rows.map(({ n }) => n)).toEqual([7, 6, 4, 3, 2, 1]);
});

it('writes each kind of event', () => {
  expect(rows.map(({ when, title, detail, score }) => [when, title, detail, score])).toEqual([
    ['Pens', 'Kingsley Coman', 'missed', '1–1'],
    ['46′', 'Marcus Thuram', 'for Giroud', ''],
    ['', 'Half-time', '', '1–0'],
    ['45+7′', 'Adrien Rabiot', 'second yellow, sent off', ''],
    ['23′', 'Lionel Messi', 'penalty', '1–0'],
    ['', 'Kick-off', '', ''],
  ]);
});
