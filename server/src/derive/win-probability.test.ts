import { logLimitOf } from '@bigboard/shared/kinds';
import type { WinProbabilityEntry } from '@bigboard/shared/sport';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { WinProbabilityReader as Reader } from './test/win-probability-reader.ts';
import { fixture, MatchTeller } from './test/match-updates.ts';

const places = (entries: readonly WinProbabilityEntry[]) => entries.map(({ period, minute }) => `${period} ${minute}`);

function groupMatch(): Update[] {
  const match = new MatchTeller('JPN-ESP');
  return [
    fixture('JPN-ESP', 'Group E'),
    match.period('1H', 0),
    match.goal(11, 'away', 'Morata'),
    match.card(39, 'home', 'yellow'),
    match.period('HT', 47),
    match.period('2H', 45),
    match.goal(48, 'home', 'Doan'),
    match.goal(51, 'home', 'Tanaka'),
    match.card(70, 'away', 'red'),
    match.period('FT', 97),
  ];
}

test('before kick-off there are chances and no line', () => {
  const reader = new Reader('JPN-ESP');
  reader.take([fixture('JPN-ESP', 'Group E')]);
  expect(reader.entries).toEqual([]);
  expect(reader.fields).toMatchObject({ model: 'Poisson, equal strengths', knockout: false });
  expect(reader.fields.home).toBe(reader.fields.away);
  const knockout = new Reader('ARG-FRA');
  knockout.take([fixture('ARG-FRA', 'Final')]);
  expect(knockout.fields).toMatchObject({ home: 0.5, draw: 0, away: 0.5, knockout: true });
});

test('the line has the kick-off, every cause, two minutes between points, and the certain end', () => {
  const reader = new Reader('JPN-ESP');
  reader.takeEach(groupMatch());
  const { entries } = reader;
  expect(places(entries).slice(0, 4)).toEqual(['1H 0', '1H 2', '1H 4', '1H 6']);
  const causes = entries.filter(({ cause }) => cause !== undefined);
  expect(causes.map(({ cause, minute }) => [cause?.type, cause?.player, cause?.minute, minute])).toEqual([
    ['goal', 'Morata', 11, 11],
    ['goal', 'Doan', 48, 48],
    ['goal', 'Tanaka', 51, 51],
    ['card', 'Sinner', 70, 70],
  ]);
  expect(entries.at(-1)).toMatchObject({ home: 1, draw: 0, away: 0, period: 'FT', minute: 97 });
  expect(reader.fields).toMatchObject({ home: 1, draw: 0, away: 0 });
  for (const [index, { home, draw, away, period, minute }] of entries.entries()) {
    expect(home + draw + away).toBeCloseTo(1, 9);
    const before = entries[index - 1];
    if (before?.period !== period) continue;
    expect(minute).toBeGreaterThan(before.minute);
    expect(minute - before.minute).toBeLessThanOrEqual(2);
  }
  expect(entries.length).toBeLessThan(80);
});

test('a goal raises its side and a sending-off lowers it', () => {
  const reader = new Reader('JPN-ESP');
  reader.takeEach(groupMatch());
  const change = (player: string) => {
    const index = reader.entries.findIndex(({ cause }) => cause?.player === player);
    return reader.entries[index]!.home - reader.entries[index - 1]!.home;
  };
  expect(change('Morata')).toBeLessThan(-0.15);
  expect(change('Doan')).toBeGreaterThan(0.15);
  expect(change('Sinner')).toBeGreaterThan(0.03);
});

test('the line is the same whether the match comes bit by bit, in one batch or as one document', () => {
  const [bitByBit, atOnce, whole] = [new Reader('JPN-ESP'), new Reader('JPN-ESP'), new Reader('JPN-ESP')];
  const updates = groupMatch();
  bitByBit.takeEach(updates);
  atOnce.take(updates);
  const fields = Object.assign({}, ...updates.map((update) => update.fields)) as NonNullable<Update['fields']>;
  whole.take([{ topic: 'match:JPN-ESP', time: 1, fields, log: updates.flatMap(({ log }) => log ?? []) }]);
  expect(atOnce.entries).toEqual(bitByBit.entries);
  expect(whole.entries).toEqual(bitByBit.entries);
  expect(atOnce.told).toHaveLength(1);
});

test('a look at the clock just before the whistle adds nothing', () => {
  const [looked, blind] = [new Reader('JPN-ESP'), new Reader('JPN-ESP')];
  for (const reader of [looked, blind]) {
    const match = new MatchTeller('JPN-ESP');
    reader.takeEach([fixture('JPN-ESP', 'Group E'), match.period('1H', 0)]);
    if (reader === looked) reader.settle(match.timeAt(46.5));
    reader.take([match.period('HT', 46)]);
  }
  expect(looked.entries).toEqual(blind.entries);
  expect(places(looked.entries).slice(-2)).toEqual(['1H 46', 'HT 46']);
});

test('it goes on with the clock of its own feed and no other', () => {
  const reader = new Reader('JPN-ESP');
  const match = new MatchTeller('JPN-ESP');
  reader.takeEach([fixture('JPN-ESP', 'Group E'), match.period('1H', 0)]);
  expect(reader.settle(match.timeAt(5))).toHaveLength(1);
  expect(places(reader.entries)).toEqual(['1H 0', '1H 2', '1H 4']);
  expect(reader.settle(match.timeAt(5.5))).toEqual([]);
  // Somebody pushes another match at another time of day.
  reader.take([{ topic: 'match:other', time: match.timeAt(5_000), fields: { stage: 'Group Z' } }], 'adopter');
  expect(places(reader.entries)).toEqual(['1H 0', '1H 2', '1H 4']);
  reader.take([{ topic: 'match:other', time: match.timeAt(7), fields: { stage: 'Group Z' } }]);
  expect(places(reader.entries)).toEqual(['1H 0', '1H 2', '1H 4', '1H 6']);
});

test('a clock that is never stopped draws no endless line', () => {
  const reader = new Reader('JPN-ESP');
  const match = new MatchTeller('JPN-ESP');
  reader.takeEach([fixture('JPN-ESP', 'Group E'), match.period('1H', 0)]);
  reader.settle(match.timeAt(1_000_000));
  expect(reader.entries.at(-1)?.minute).toBeLessThan(66);
});

test('a goal struck off loses its name, and the chances go back', () => {
  const reader = new Reader('JPN-ESP');
  const match = new MatchTeller('JPN-ESP');
  reader.takeEach([fixture('JPN-ESP', 'Group E'), match.period('1H', 0), match.goal(11, 'away', 'Morata')]);
  const ahead = reader.fields.away;
  reader.take([match.strikeOff(13, 2, 0, 0)]);
  expect(reader.entries.some(({ cause }) => cause !== undefined)).toBe(false);
  expect(reader.entries.find(({ minute }) => minute === 11)?.away).toBe(ahead);
  expect(reader.fields.away).toBeLessThan(ahead - 0.1);
  expect(reader.entries.at(-1)).toMatchObject({ home: reader.fields.home, away: reader.fields.away, minute: 13 });
});

test('a corrected scorer is the one who is named', () => {
  const reader = new Reader('JPN-ESP');
  const match = new MatchTeller('JPN-ESP');
  const goal = match.goal(11, 'away', 'Morata');
  reader.takeEach([fixture('JPN-ESP', 'Group E'), match.period('1H', 0), goal]);
  const corrected = { ...(goal.log![0] as object), player: 'Gavi', corrects: 2 };
  reader.take([{ topic: match.topic, time: match.timeAt(12), log: [corrected] }]);
  const causes = reader.entries.filter(({ cause }) => cause !== undefined);
  expect(causes.map(({ cause, minute }) => [cause?.player, minute])).toEqual([['Gavi', 11]]);
});

test('extra time and a shoot-out, kick by kick', () => {
  const reader = new Reader('ARG-FRA');
  const match = new MatchTeller('ARG-FRA');
  reader.takeEach([
    fixture('ARG-FRA', 'Final'),
    ...[match.period('1H', 0), match.period('HT', 52), match.period('2H', 45), match.period('break', 98)],
    ...[match.period('ET1', 90), match.period('ETHT', 106), match.period('ET2', 105)],
    // The second break, between extra time and the shoot-out.
    ...[match.period('break', 123), match.period('PENS', 120)],
    match.kick('away', true, 0, 1),
    match.kick('home', true, 1, 1),
    match.kick('away', false, 1, 1),
    match.kick('home', true, 2, 1),
    match.kick('away', false, 2, 1),
    match.kick('home', true, 3, 1),
    match.kick('away', true, 3, 2),
    match.kick('home', true, 4, 2),
  ]);
  expect(reader.entries.every(({ draw }) => draw === 0)).toBe(true);
  const shootout = reader.entries.filter(({ period }) => period === 'PENS');
  expect(shootout.map(({ home }) => home > 0.5)).toEqual([false, false, false, true, true, true, true, true, true]);
  expect(shootout[2]).toMatchObject({ home: 0.5, cause: { type: 'kick', side: 'home', player: 'Taker' } });
  expect(shootout.at(-1)).toMatchObject({ home: 1, away: 0 });
  reader.take([match.period('FT', 120)]);
  expect(reader.entries.at(-1)).toMatchObject({ home: 1, away: 0, period: 'FT' });
  expect(reader.entries.length).toBeLessThan(Math.min(200, logLimitOf('winprob:ARG-FRA')));
});

test('a reset match starts its line anew, a removed one takes it away', () => {
  const reader = new Reader('JPN-ESP');
  reader.takeEach(groupMatch());
  const again = fixture('JPN-ESP', 'Group E');
  const [restarted] = reader.take([{ ...again, reset: true }]);
  expect(restarted?.reset).toBe(true);
  expect(reader.entries).toEqual([]);
  expect(reader.fields.home).toBe(reader.fields.away);
  const [kickedOff] = reader.take(groupMatch().slice(1, 2));
  expect(kickedOff?.reset).toBeUndefined();
  const [removed] = reader.take([{ topic: 'match:JPN-ESP', time: 5, reset: true }]);
  expect(removed).toEqual({ topic: 'winprob:JPN-ESP', time: 5, reset: true });
  expect(reader.removed).toBe(true);
  expect(reader.settle(10)).toEqual([]);
});

test('a match reset and removed in one batch, or told in pieces, is no trouble', () => {
  const reader = new Reader('JPN-ESP');
  reader.take(groupMatch());
  reader.take([
    { ...fixture('JPN-ESP', 'Group E'), reset: true },
    { topic: 'match:JPN-ESP', time: 6, reset: true },
  ]);
  expect(reader.removed).toBe(true);
  const { fields = {}, topic, time } = fixture('JPN-ESP', 'Group E');
  for (const name of Object.keys(fields)) reader.take([{ topic, time, fields: { [name]: fields[name]! } }]);
  expect(reader.fields.home).toBe(reader.fields.away);
});

test('a match without a timeline follows its fields', () => {
  const reader = new Reader('JPN-ESP');
  const withoutLog = ({ topic, time, fields }: Update): Update => ({ topic, time, ...(fields ? { fields } : {}) });
  reader.takeEach(groupMatch().map(withoutLog));
  expect(places(reader.entries)[0]).toBe('1H 0');
  expect(reader.entries.at(-1)).toMatchObject({ home: 1, draw: 0, away: 0, period: 'FT' });
  expect(reader.entries.find(({ minute }) => minute === 11)?.away).toBeGreaterThan(0.5);
});
