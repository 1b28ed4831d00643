import { describe, expect, it } from 'vitest';
import { matchEventSchema, matchSchema, type MatchEvent } from '@bigboard/shared/sport';
import { findHighlights, mapAnnouncement, mapCourse, planMatches, type PlannedMatch } from './map.ts';
import { readMatches } from './read.ts';

const KICK_OFF_MS = Date.parse('2022-12-18T15:00:00Z');
const HOME = Array.from({ length: 11 }, (_, index) => `Home PLAYER${index}`);
const AWAY = Array.from({ length: 11 }, (_, index) => `Away PLAYER${index}`);

function plan(facts: Record<string, unknown>): PlannedMatch {
  const match = {
    stage: 'Final',
    group: null,
    date: '2022-12-18',
    time: '18:00',
    tz: 'UTC+3',
    ground: 'Lusail Stadium, Al Daayen',
    team1: 'Argentina',
    team2: 'France',
    score: [0, 0],
    lineup1: HOME,
    lineup2: AWAY,
    events: [],
    ...facts,
  };
  return planMatches(readMatches(JSON.stringify(match)))[0] as PlannedMatch;
}

/** Entries with the second of the match at which they come. */
function listEntries(match: PlannedMatch): { second: number; event: MatchEvent }[] {
  return mapCourse(match, KICK_OFF_MS).flatMap(({ update: { time, log = [] } }) =>
    log.map((entry) => ({ second: (time - KICK_OFF_MS) / 1000, event: matchEventSchema.parse(entry) })),
  );
}

describe('a match announced', () => {
  it('has all that never changes, the real kick-off beside the staged one', () => {
    const { namespace, update } = mapAnnouncement(plan({}), KICK_OFF_MS + 5_000, KICK_OFF_MS);
    expect(namespace).toBe('sports');
    expect(update.topic).toBe('match:2022-ARG-FRA');
    expect(matchSchema.parse(update.fields)).toMatchObject({
      competition: 'World Cup 2022',
      stage: 'Final',
      kickoff: Date.parse('2022-12-18T15:00:00Z'),
      stagedKickoff: KICK_OFF_MS + 5_000,
      home: { name: 'Argentina', code: 'ARG', country: 'ar' },
      away: { name: 'France', code: 'FRA', country: 'fr' },
      status: 'scheduled',
      period: 'pre',
    });
  });

  it.each([
    ['First stage', 'Group E', 'Group E'],
    ['Quarter-final', null, 'Quarter-finals'],
    ['Play-off for third place', null, 'Third place'],
  ])('%s (%s) is called %s', (stage, group, expected) => {
    expect(mapAnnouncement(plan({ stage, group }), 0, 0).update.fields).toMatchObject({ stage: expected });
  });
});

describe('the course of a match', () => {
  it('puts an event into its minute, and those of one minute in the order of the source', () => {
    const entries = listEntries(
      plan({
        events: [
          { type: 'goal', team: 1, minute: 1, player: 'Home PLAYER9' },
          { type: 'sub', team: 2, minute: 46, player_out: 'Away PLAYER1', player_in: 'New MAN' },
          { type: 'sub', team: 2, minute: 46, player_out: 'Away PLAYER2', player_in: 'Other MAN' },
          { type: 'yellow', team: 1, minute: 90, stoppage: 4, player: 'Home PLAYER3' },
        ],
      }),
    );
    const secondOf = (type: string) => entries.filter(({ event }) => event.type === type).map(({ second }) => second);
    expect(secondOf('goal')[0]).toBeGreaterThan(0);
    expect(secondOf('goal')[0]).toBeLessThan(60);
    const secondHalf = entries.find(({ event }) => event.type === 'period' && event.period === '2H')?.second ?? 0;
    const [first = 0, second = 0] = secondOf('substitution');
    expect(first).toBeGreaterThan(secondHalf);
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThan(secondHalf + 60);
    expect(secondOf('card')[0]).toBeGreaterThanOrEqual(secondHalf + 48 * 60);
    expect(entries.at(-1)?.event).toEqual({ type: 'period', period: 'FT', minute: 90, stoppage: 4 });
  });

  it('gives an own goal to the side that benefits, and changes score and entry together', () => {
    const match = plan({
      events: [
        { type: 'goal', team: 2, minute: 10, player: 'Home PLAYER4', own_goal: true },
        { type: 'goal', team: 1, minute: 45, stoppage: 2, player: 'Home PLAYER9', penalty: true },
      ],
    });
    const goals = mapCourse(match, 0).filter(({ update }) => update.fields?.['score'] !== undefined);
    expect(goals.map(({ update }) => [update.fields, update.log])).toEqual([
      [
        { score: { home: 0, away: 1 } },
        [
          {
            ...{ type: 'goal', minute: 10, side: 'away', player: 'Home Player4', ownGoal: true },
            score: { home: 0, away: 1 },
          },
        ],
      ],
      [
        { score: { home: 1, away: 1 } },
        [
          {
            ...{ type: 'goal', minute: 45, stoppage: 2, side: 'home', player: 'Home Player9', penalty: true },
            score: { home: 1, away: 1 },
          },
        ],
      ],
    ]);
  });

  it('goes through extra time to the kicks, and finds whose kick it is', () => {
    const match = plan({
      extra_time: true,
      events: [
        { type: 'sub', team: 1, minute: 120, stoppage: 1, player_out: 'Home PLAYER2', player_in: 'Late MAN' },
        { type: 'yellow', team: 2, minute: 122, player: 'Away PLAYER0' },
      ],
      shootout: [
        { player: 'Away PLAYER5', scored: true },
        { player: 'Late MAN', scored: true },
        { player: 'Away PLAYER6', scored: false },
      ],
    });
    const entries = listEntries(match);
    const late = entries.slice(entries.findIndex(({ event }) => event.type === 'period' && event.period === 'PENS'));
    expect(late.map(({ event }) => event)).toEqual([
      { type: 'period', period: 'PENS', minute: 120 },
      { type: 'kick', minute: 120, side: 'away', player: 'Away Player5', scored: true, shootout: { home: 0, away: 1 } },
      expect.anything(),
      expect.anything(),
      {
        type: 'kick',
        minute: 120,
        side: 'away',
        player: 'Away Player6',
        scored: false,
        shootout: { home: 1, away: 1 },
      },
      { type: 'period', period: 'FT', minute: 120 },
    ]);
    // The card falls beside the second kick; either may be first.
    expect(late.slice(2, 4).map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        { type: 'kick', minute: 120, side: 'home', player: 'Late Man', scored: true, shootout: { home: 1, away: 1 } },
        { type: 'card', minute: 120, side: 'away', player: 'Away Player0', card: 'yellow' },
      ]),
    );
    expect(findHighlights(match)).toHaveLength(3);
    expect(match.course.lengthSeconds).toBe(entries.at(-1)?.second);
  });

  it('refuses a kick by somebody who never played', () => {
    const match = plan({ extra_time: true, shootout: [{ player: 'Nobody', scored: true }] });
    expect(() => mapCourse(match, 0)).toThrow('Argentina - France: Nobody took a kick but never played');
  });
});

describe('the source', () => {
  it('is refused by the line when it is no match, and by the name when a team is unknown', () => {
    expect(() => readMatches('\n{"stage":"Final"}\n')).toThrow('line 2');
    expect(() => plan({ team1: 'Atlantis' })).toThrow('no codes for the team Atlantis');
  });
});
