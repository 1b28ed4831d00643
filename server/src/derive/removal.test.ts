import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { DERIVERS } from './derivers.ts';
import { fixture, KICKOFF_MS, MatchTeller } from './test/match-updates.ts';
import { writeAll, type SourceBatch } from './test/restarts.ts';

const OPEN_MS = Date.UTC(2026, 0, 5, 9, 30);
const MINUTE_MS = 60_000;

/** What a viewer finds after these batches: of each topic that is there, the names of its fields. */
function topicsAfter(namespace: ViewerNamespace, batches: readonly (readonly Update[])[]): Record<string, string[]> {
  const documents = new Map<string, TopicDocument>();
  const derivers = DERIVERS[namespace].map((create) => create());
  const sources = batches.map((updates): SourceBatch => ({ producer: 'pushed:lab', updates }));
  let seq = 0;
  for (const { updates } of writeAll(derivers, sources)) {
    foldUpdates(documents, seq, updates);
    seq += updates.length;
  }
  const there = [...documents.values()].filter(({ removed }) => !removed);
  return Object.fromEntries(there.map((document) => [document.topic, Object.keys(document.values())]));
}

const removal = (topic: string, time: number): Update => ({ topic, time, reset: true });

const traded = (symbol: string): Update[][] => [
  [
    { topic: `quote:${symbol}`, time: OPEN_MS, fields: { last: 10, changePercent: 1, previousClose: 9 } },
    { topic: `trades:${symbol}`, time: OPEN_MS, log: [{ price: 10, size: 1, side: 'buy' }] },
  ],
  [{ topic: `trades:${symbol}`, time: OPEN_MS + 6 * MINUTE_MS, log: [{ price: 11, size: 1, side: 'buy' }] }],
];

test('everything derived of a stock goes with its quote and its trades, in whatever order', () => {
  const there = topicsAfter('markets', traded('ACME'));
  expect(Object.keys(there)).toEqual(
    expect.arrayContaining(['watch', 'sparks', 'movers', 'candles:ACME:1m', 'candles:ACME:1d', 'topics']),
  );
  expect(there).toMatchObject({ watch: ['ACME'], sparks: ['ACME'] });
  const end = OPEN_MS + 7 * MINUTE_MS;
  const gone = { watch: [], sparks: [], topics: ['watch', 'sparks'] };
  const removals = [removal('quote:ACME', end), removal('trades:ACME', end)];
  expect(topicsAfter('markets', [...traded('ACME'), removals])).toEqual(gone);
  expect(topicsAfter('markets', [...traded('ACME'), ...removals.map((one) => [one])])).toEqual(gone);
  expect(topicsAfter('markets', [...traded('ACME'), ...removals.toReversed().map((one) => [one])])).toEqual(gone);
});

test('what is derived of another stock stays', () => {
  const end = OPEN_MS + 7 * MINUTE_MS;
  const removals = [removal('quote:ACME', end), removal('trades:ACME', end)];
  const there = topicsAfter('markets', [...traded('ACME'), ...traded('BOLT'), removals]);
  expect(there).toMatchObject({ watch: ['BOLT'], sparks: ['BOLT'], movers: ['up', 'down'] });
  expect(Object.keys(there).filter((topic) => topic.includes('ACME'))).toEqual([]);
  expect(there).toHaveProperty('candles:BOLT:5m');
});

test('the candles and the line of what has only quotes go with them', () => {
  const quotes = [0, 6].map((minute): Update[] => [
    { topic: 'quote:X', time: OPEN_MS + minute * MINUTE_MS, fields: { last: 10 + minute } },
  ]);
  expect(topicsAfter('markets', quotes)).toMatchObject({ 'candles:X:1m': expect.any(Array) as string[] });
  const there = topicsAfter('markets', [...quotes, [removal('quote:X', OPEN_MS + 7 * MINUTE_MS)]]);
  expect(there).toEqual({ watch: [], sparks: [], topics: ['watch', 'sparks'] });
});

test('a line drawn from candles alone goes with them', () => {
  const candles: Update = { topic: 'candles:X:5m', time: OPEN_MS, log: [[OPEN_MS, 1, 2, 1, 2, 5]] };
  expect(topicsAfter('markets', [[candles]])).toMatchObject({ sparks: ['X'] });
  expect(topicsAfter('markets', [[candles], [removal('candles:X:5m', OPEN_MS)]])).toEqual({
    sparks: [],
    topics: ['sparks'],
  });
});

test('everything derived of a match goes with it', () => {
  const match = new MatchTeller('JPN-ESP');
  const played = [[fixture('JPN-ESP', 'Group E')], [match.period('1H', 0)], [match.goal(11, 'away')]];
  const there = topicsAfter('sports', played);
  expect(there).toMatchObject({ scores: ['JPN-ESP'], 'table:2022-E': ['title', 'qualifiers', 'rows'] });
  expect(there).toHaveProperty('winprob:JPN-ESP');
  expect(topicsAfter('sports', [...played, [removal('match:JPN-ESP', KICKOFF_MS)]])).toEqual({
    scores: [],
    topics: ['scores'],
  });
});
