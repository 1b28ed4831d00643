import { scoreCardSchema } from '@bigboard/shared/sport';
import { updateSchema, type Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { ScoresDeriver } from './scores.ts';
import { fixture, MatchTeller } from './test/match-updates.ts';

/** One batch: the update of `scores`, if any, checked against the contract. */
function take(deriver: ScoresDeriver, updates: readonly Update[]): Update | undefined {
  for (const update of updates) deriver.fold(update);
  const derived = deriver.settle();
  expect(derived.length).toBeLessThan(2);
  for (const { topic, fields } of derived.map((update) => updateSchema.parse(update))) {
    expect(topic).toBe('scores');
    for (const card of Object.values(fields ?? {})) if (card !== null) scoreCardSchema.parse(card);
  }
  return derived[0];
}

const chancesOf = (id: string, fields: Record<string, number>, reset?: true): Update => ({
  topic: `winprob:${id}`,
  time: 7,
  fields,
  ...(reset ? { reset } : {}),
});

test('a card for each match, without the line-ups', () => {
  const deriver = new ScoresDeriver();
  const update = take(deriver, [fixture('JPN-ESP', 'Group E'), fixture('CRC-GER', 'Group E')]);
  expect(Object.keys(update?.fields ?? {})).toEqual(['JPN-ESP', 'CRC-GER']);
  expect(update?.fields?.['JPN-ESP']).toEqual({
    stage: 'Group E',
    kickoff: Date.UTC(2022, 11, 1, 15),
    home: { name: 'JPN', code: 'JPN' },
    away: { name: 'ESP', code: 'ESP' },
    status: 'scheduled',
    period: 'pre',
    clock: { atTimeMs: Date.UTC(2022, 11, 1, 15), elapsedSeconds: 0, running: false, baseMinute: 45 },
    score: { home: 0, away: 0 },
  });
});

test('only the cards that changed, once a batch', () => {
  const deriver = new ScoresDeriver();
  const match = new MatchTeller('JPN-ESP');
  take(deriver, [fixture('JPN-ESP', 'Group E'), fixture('CRC-GER', 'Group E'), match.period('1H', 0)]);
  expect(take(deriver, [match.card(4, 'home', 'yellow')])).toBeUndefined();
  expect(take(deriver, [{ topic: 'match:JPN-ESP', time: 5, fields: { stats: {} } }])).toBeUndefined();
  const update = take(deriver, [match.goal(11, 'away', 'Morata'), match.goal(12, 'home', 'Doan')]);
  expect(Object.keys(update?.fields ?? {})).toEqual(['JPN-ESP']);
  expect(update?.time).toBe(match.timeAt(12));
});

test('the newest goal, kick or sending-off and when it was', () => {
  const deriver = new ScoresDeriver();
  const match = new MatchTeller('JPN-ESP');
  take(deriver, [fixture('JPN-ESP', 'Group E'), match.period('1H', 0)]);
  const cardAfter = (update: Update) => take(deriver, [update])?.fields?.['JPN-ESP'];
  const goal = { type: 'goal', minute: 11, side: 'away', player: 'Morata', score: { home: 0, away: 1 } };
  expect(cardAfter(match.goal(11, 'away', 'Morata'))).toMatchObject({
    lastEvent: goal,
    lastEventTimeMs: match.timeAt(11),
  });
  expect(cardAfter(match.card(20, 'home', 'yellow'))).toBeUndefined();
  expect(cardAfter(match.card(30, 'home', 'red'))).toMatchObject({ lastEvent: { type: 'card', minute: 30 } });
  // The sending-off is taken back: the goal is the newest again.
  expect(cardAfter(match.strikeOff(31, 4, 0, 1))).toMatchObject({
    lastEvent: goal,
    lastEventTimeMs: match.timeAt(11),
  });
});

test('what comes with the match itself is history: when it was is not told', () => {
  const deriver = new ScoresDeriver();
  const { fields = {}, topic } = fixture('JPN-ESP', 'Group E', { status: 'live', period: '1H' });
  const { log = [] } = new MatchTeller('JPN-ESP').goal(11, 'away');
  const card = take(deriver, [{ topic, time: 99, fields, log, reset: true }])?.fields?.['JPN-ESP'];
  expect(card).toMatchObject({ lastEvent: { type: 'goal' } });
  expect(card).not.toHaveProperty('lastEventTimeMs');
});

test('chances come from another topic, in whichever order, and only the changed ones', () => {
  const deriver = new ScoresDeriver();
  expect(take(deriver, [chancesOf('JPN-ESP', { home: 0.4, draw: 0.2, away: 0.4 })])).toBeUndefined();
  const card = take(deriver, [fixture('JPN-ESP', 'Group E')])?.fields?.['JPN-ESP'];
  expect(card).toMatchObject({ chances: { home: 0.4, draw: 0.2, away: 0.4 } });
  const later = take(deriver, [chancesOf('JPN-ESP', { home: 0.5, away: 0.3 })])?.fields?.['JPN-ESP'];
  expect(later).toMatchObject({ chances: { home: 0.5, draw: 0.2, away: 0.3 } });
  const removed: Update = { topic: 'winprob:JPN-ESP', time: 9, reset: true };
  expect(take(deriver, [removed])?.fields?.['JPN-ESP']).not.toHaveProperty('chances');
});

test('a removed match leaves, one that is reset begins anew', () => {
  const deriver = new ScoresDeriver();
  const match = new MatchTeller('JPN-ESP');
  const first = fixture('JPN-ESP', 'Group E');
  take(deriver, [first, match.period('1H', 0), match.goal(11, 'away')]);
  const again = take(deriver, [{ ...first, reset: true }])?.fields?.['JPN-ESP'];
  expect(again).toMatchObject({ status: 'scheduled', score: { home: 0, away: 0 } });
  expect(again).not.toHaveProperty('lastEvent');
  const removal: Update = { topic: 'match:JPN-ESP', time: 9, reset: true };
  expect(take(deriver, [removal])).toEqual({ topic: 'scores', time: 9, fields: { 'JPN-ESP': null } });
  expect(take(deriver, [removal])).toBeUndefined();
});

test('a match that is not whole yet has no card', () => {
  const deriver = new ScoresDeriver();
  const { fields = {}, topic, time } = fixture('JPN-ESP', 'Group E');
  const { score, ...rest } = fields;
  expect(take(deriver, [{ topic, time, fields: rest }])).toBeUndefined();
  expect(take(deriver, [{ topic, time, fields: { score: score! } }])).toBeDefined();
});
