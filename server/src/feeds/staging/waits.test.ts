import { describe, expect, it } from 'vitest';
import { planMatches } from '../importers/openfootball/map.ts';
import { readMatches } from '../importers/openfootball/read.ts';
import { listWaits } from './waits.ts';

const LINEUP = Array.from({ length: 11 }, (_, index) => `PLAYER${index}`);
const FACTS = { tz: 'UTC+3', ground: 'Lusail', score: [0, 0], lineup1: LINEUP, lineup2: LINEUP, events: [] };

/** Half a group, whose last two matches are at the same hour, and a final. */
const MATCHES = planMatches(
  readMatches(
    [
      { group: 'Group C', time: '10:00', team1: 'Argentina', team2: 'Mexico' },
      { group: 'Group C', time: '18:00', team1: 'Poland', team2: 'Argentina' },
      { group: 'Group C', time: '18:00', team1: 'Saudi Arabia', team2: 'Mexico' },
      { group: null, time: '22:00', team1: 'Argentina', team2: 'France' },
    ]
      .map((match) => JSON.stringify({ ...FACTS, stage: match.group ?? 'Final', date: '2022-12-18', ...match }))
      .join('\n'),
  ),
);
const RULES = { loopSeconds: 100_000, restSeconds: 60, tableSeconds: 3_600 };
const waits = listWaits(MATCHES, RULES);

/** The longest of the waits from one match to another. */
function waitBetween(before: number, after: number): number {
  return Math.max(
    ...waits.filter((wait) => wait.before === before && wait.after === after).map((wait) => wait.seconds),
  );
}
const lengthOf = (index: number): number => MATCHES[index]?.course.lengthSeconds ?? NaN;

describe('the waits of a tournament', () => {
  it('keep the matches of a team apart, in their order, and in the next edition too', () => {
    expect(waitBetween(0, 1)).toBe(lengthOf(0) + 60);
    expect(waitBetween(1, 3)).toBe(lengthOf(1) + 60);
    expect(waitBetween(3, 0)).toBe(lengthOf(3) + 60 - 100_000);
  });

  it('let no team go on before its group is over, though it has no part in the last match', () => {
    expect(waitBetween(2, 3)).toBe(lengthOf(2) + 60);
  });

  it('begin the last two of a group together', () => {
    expect([waitBetween(1, 2), waitBetween(2, 1)]).toEqual([0, 0]);
  });

  it('leave the table of a group standing', () => {
    expect(waitBetween(2, 0)).toBe(lengthOf(2) + 3_600 - 100_000);
  });
});
