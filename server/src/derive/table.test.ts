import { fileURLToPath } from 'node:url';
import { tableSchema, type Match, type Table } from '@bigboard/shared/sport';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { updateSchema, type Update } from '@bigboard/shared/update';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecording } from '../feeds/recording-file.ts';
import { TableDeriver } from './table.ts';
import { fixture, KICKOFF_MS, MatchTeller } from './test/match-updates.ts';

/** The deriver, and its topics as a reader sees them; every update is checked against the contract. */
class Reader {
  readonly deriver = new TableDeriver();
  readonly #documents = new Map<string, TopicDocument>();
  #seq = 0;

  /** One batch. */
  take(updates: readonly Update[]): readonly Update[] {
    for (const update of updates) this.deriver.fold(update);
    const derived = this.deriver.settle();
    expect(new Set(derived.map(({ topic }) => topic)).size).toBe(derived.length);
    for (const update of derived) {
      const document = this.#documents.get(update.topic) ?? new TopicDocument(update.topic, 0);
      document.apply(updateSchema.parse(update), ++this.#seq);
      this.#documents.set(update.topic, document);
      if (!document.removed) tableSchema.parse(document.values());
    }
    return derived;
  }

  table(id: string): Table {
    return tableSchema.parse(this.#documents.get(`table:${id}`)?.values());
  }

  order(id: string): string[] {
    return (this.table(id).rows ?? []).map(({ code }) => code);
  }

  isRemoved(id: string): boolean {
    return this.#documents.get(`table:${id}`)?.removed ?? true;
  }

  all(): Record<string, unknown> {
    const sorted = [...this.#documents.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
    return Object.fromEntries(sorted.map((document) => [document.topic, document.values()]));
  }
}

type Result = readonly [id: string, home: number, away: number, status?: Match['status']];

/** Matches of one stage, each a document of its own. */
function results(stage: string, ...all: readonly Result[]): Update[] {
  return all.map(([id, home, away, status = 'finished'], index) =>
    fixture(id, stage, { score: { home, away }, status, kickoff: KICKOFF_MS + index }),
  );
}

describe('a group', () => {
  test('is shown from the fixtures on, by name, and told only when it changes', () => {
    const reader = new Reader();
    const first = reader.take(results('Group E', ['JPN-ESP', 0, 0, 'scheduled'], ['CRC-GER', 0, 0, 'scheduled']));
    expect(first).toHaveLength(1);
    expect(reader.table('2022-E')).toMatchObject({ title: 'Group E', qualifiers: 2 });
    expect(reader.order('2022-E')).toEqual(['CRC', 'ESP', 'GER', 'JPN']);
    const match = new MatchTeller('JPN-ESP');
    expect(reader.take([{ topic: match.topic, time: 1, fields: { ground: 'Khalifa' } }])).toEqual([]);
    expect(Object.keys(reader.take([match.period('1H', 0)])[0]?.fields ?? {})).toEqual(['rows']);
    expect(reader.take([match.card(3, 'home', 'yellow')])).toEqual([]);
  });

  test('counts a match in play as if it ended now, and says who moved by it', () => {
    const reader = new Reader();
    reader.take([
      ...results('Group E', ['ESP-CRC', 7, 0], ['GER-JPN', 1, 2], ['JPN-CRC', 0, 1], ['ESP-GER', 1, 1]),
      ...results('Group E', ['JPN-ESP', 2, 1, 'live'], ['CRC-GER', 0, 0, 'scheduled']),
    ]);
    const rows = reader.table('2022-E').rows ?? [];
    expect(rows.map(({ code, points, moved, inPlay }) => [code, points, moved, inPlay])).toEqual([
      ['JPN', 6, 1, true],
      ['ESP', 4, -1, true],
      ['CRC', 3, 0, false],
      ['GER', 1, 0, false],
    ]);
    expect(rows[0]).toMatchObject({ played: 3, won: 2, drawn: 0, lost: 1, goalsFor: 4, goalsAgainst: 3 });
    reader.take(results('Group E', ['JPN-ESP', 2, 1]));
    expect(reader.table('2022-E').rows?.map(({ moved, inPlay }) => [moved, inPlay])).toEqual(
      Array.from({ length: 4 }, () => [0, false]),
    );
  });

  test('says of nobody that they moved before a first match is finished', () => {
    const reader = new Reader();
    reader.take(results('Group D', ['FRA-AUS', 2, 1, 'live'], ['DEN-TUN', 0, 0, 'scheduled']));
    expect(reader.table('2022-D').rows?.map(({ code, moved }) => [code, moved])).toEqual([
      ['FRA', 0],
      ['DEN', 0],
      ['TUN', 0],
      ['AUS', 0],
    ]);
  });

  test('ranks by points, goal difference and goals', () => {
    const reader = new Reader();
    reader.take(results('Group H', ['AAA-BBB', 0, 1], ['CCC-DDD', 2, 0], ['AAA-CCC', 0, 0], ['BBB-DDD', 0, 3]));
    // 3 points each for B and D: D is 1 up, B 2 down.
    expect(reader.order('2022-H')).toEqual(['CCC', 'DDD', 'BBB', 'AAA']);
    const goals = new Reader();
    goals.take(results('Group H', ['AAA-BBB', 1, 1], ['CCC-DDD', 2, 2]));
    expect(goals.order('2022-H')).toEqual(['CCC', 'DDD', 'AAA', 'BBB']);
  });

  test('ranks those still level by the matches among them', () => {
    // A and Z have the same points and goals, and Z has beaten A.
    const level = new Reader();
    level.take(results('Group H', ['AAA-ZZZ', 0, 1], ['AAA-MMM', 1, 0], ['ZZZ-NNN', 0, 1], ['MMM-NNN', 0, 0]));
    expect(level.table('2022-H').rows?.map(({ code, points, goalsFor }) => [code, points, goalsFor])).toEqual([
      ['NNN', 4, 1],
      ['ZZZ', 3, 1],
      ['AAA', 3, 1],
      ['MMM', 1, 0],
    ]);
  });

  test('leaves when its matches are removed, and begins anew when they are reset', () => {
    const reader = new Reader();
    reader.take(results('Group E', ['JPN-ESP', 2, 1]));
    const again = fixture('JPN-ESP', 'Group E');
    reader.take([{ ...again, reset: true }]);
    expect(reader.table('2022-E').rows?.every(({ played }) => played === 0)).toBe(true);
    const removal: Update = { topic: 'match:JPN-ESP', time: 9, reset: true };
    expect(reader.take([removal])).toEqual([{ topic: 'table:2022-E', time: 9, reset: true }]);
    expect(reader.isRemoved('2022-E')).toBe(true);
    expect(reader.take([removal])).toEqual([]);
    expect(reader.take([again])).toHaveLength(1);
  });

  test('is not made of what is neither group nor round', () => {
    const reader = new Reader();
    expect(reader.take(results('Matchday 12', ['AAA-BBB', 1, 0]))).toEqual([]);
    expect(reader.take([{ topic: 'match:half', time: 1, fields: { stage: 'Group A' } }])).toEqual([]);
  });
});

describe('the knock-out rounds', () => {
  test('stand in the order they are played, with their winners', () => {
    const reader = new Reader();
    reader.take([
      ...results('Final', ['ARG-FRA', 3, 3, 'live']),
      ...results('Third place', ['CRO-MAR', 2, 1]),
      ...results('Semi-finals', ['FRA-MAR', 2, 0]),
      ...results('Round of 16', ['MAR-ESP', 0, 0], ['ENG-SEN', 3, 0]),
      ...results('Quarter-final', ['MAR-POR', 0, 1, 'live']),
      { topic: 'match:MAR-ESP', time: 1, fields: { shootout: { home: 3, away: 0 } } },
    ]);
    const { title, rows, ties } = reader.table('2022-KO');
    expect(title).toBe('Knock-out rounds');
    expect(rows).toBeUndefined();
    expect(ties?.map(({ match, winner }) => [match, winner])).toEqual([
      ['MAR-ESP', 'home'],
      ['ENG-SEN', 'home'],
      ['MAR-POR', undefined],
      ['FRA-MAR', 'home'],
      ['CRO-MAR', 'home'],
      ['ARG-FRA', undefined],
    ]);
    expect(ties?.[0]).toMatchObject({ home: 'MAR', away: 'ESP', shootout: { home: 3, away: 0 } });
    reader.take([{ topic: 'match:ARG-FRA', time: 2, fields: { status: 'finished', shootout: { home: 4, away: 2 } } }]);
    expect(reader.table('2022-KO').ties?.at(-1)?.winner).toBe('home');
  });
});

test('the tables do not depend on how the matches are interleaved', () => {
  const perMatch = ['AAA-BBB', 'CCC-DDD', 'AAA-CCC', 'BBB-DDD'].map((id, index) => {
    const match = new MatchTeller(id);
    const goals = Array.from({ length: index + 1 }, (_, goal) => match.goal(10 + goal, goal % 2 ? 'away' : 'home'));
    const last = index === 3 ? [] : [match.period('HT', 47), match.period('2H', 45), match.period('FT', 95)];
    return [fixture(id, index === 2 ? 'Semi-finals' : 'Group A'), match.period('1H', 0), ...goals, ...last];
  });
  const count = perMatch.flat().length;
  const inOrder = new Reader();
  inOrder.take(perMatch.flat());
  const picks = fc.array(fc.nat({ max: perMatch.length - 1 }), { minLength: count, maxLength: count });
  fc.assert(
    fc.property(picks, fc.integer({ min: 1, max: 5 }), (order, batchSize) => {
      const left = perMatch.map((updates) => [...updates]);
      const mixed = order.flatMap((index) => left[index]?.splice(0, 1) ?? []).concat(...left);
      const reader = new Reader();
      for (let first = 0; first < mixed.length; first += batchSize) reader.take(mixed.slice(first, first + batchSize));
      expect(reader.all()).toEqual(inOrder.all());
    }),
    { numRuns: 50 },
  );
});

test('the groups of 2022 end as they did', async () => {
  const path = fileURLToPath(new URL('../../recordings/world-cup-2022.ndjson.gz', import.meta.url));
  const { updates } = await readRecording(path);
  const reader = new Reader();
  const over = new Set<string>();
  for (const { update } of updates) {
    // The loop schedules the matches of its beginning anew while the last ones are played; each is taken once.
    if (over.has(update.topic)) continue;
    reader.take([update]);
    if (update.fields?.['status'] === 'finished') over.add(update.topic);
  }
  const final: Readonly<Record<string, string>> = {
    A: 'NED SEN ECU QAT',
    B: 'ENG USA IRN WAL',
    C: 'ARG POL MEX KSA',
    D: 'FRA AUS TUN DEN',
    E: 'JPN ESP GER CRC',
    F: 'MAR CRO BEL CAN',
    G: 'BRA SUI CMR SRB',
    H: 'POR KOR URU GHA',
  };
  for (const [letter, order] of Object.entries(final)) expect(reader.order(`2022-${letter}`).join(' ')).toBe(order);
  const ties = reader.table('2022-KO').ties ?? [];
  expect(ties).toHaveLength(16);
  expect(ties.every(({ winner }) => winner !== undefined)).toBe(true);
  expect(ties.at(-1)).toMatchObject({ home: 'Argentina', away: 'France', winner: 'home' });
});
