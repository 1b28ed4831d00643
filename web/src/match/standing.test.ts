import type { TableRow } from '@bigboard/shared/sport';
import { expect, it } from 'vitest';
import { describeStanding } from './standing.ts';

const row = (code: string, team: string): TableRow => ({
  team,
  code,
  played: 3,
  won: 1,
  drawn: 1,
  lost: 1,
  goalsFor: 2,
  goalsAgainst: 2,
  points: 4,
  moved: 0,
  inPlay: true,
});
const ROWS = [row('JPN', 'Japan'), row('CRC', 'Costa Rica'), row('ESP', 'Spain')];

it('names the places of both teams', () => {
  expect(describeStanding(ROWS, ['JPN', 'ESP'])).toBe('Japan 1st, Spain 3rd');
});

it('says nothing when the table does not know one of them', () => {
  expect(describeStanding(ROWS, ['JPN', 'GER'])).toBe('');
});
