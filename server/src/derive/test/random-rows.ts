import type { Json } from '@bigboard/shared/json';
import { CANDLE_INTERVAL_MS, CANDLE_INTERVALS, SESSION_STATUSES } from '@bigboard/shared/market';
import { MATCH_STATUSES, PERIODS, SIDES } from '@bigboard/shared/sport';
import type { Update } from '@bigboard/shared/update';
import fc from 'fast-check';
import type { SourceBatch } from './restarts.ts';

/** Rows as people push them: whatever the schemas of the kinds let through, in any order. */

const OPEN_MS = Date.UTC(2026, 0, 5, 9, 30);
const MINUTE_MS = 60_000;

const price = fc.integer({ min: 1, max: 12 }).map((ticks) => ticks / 2);
const symbol = fc.constantFrom('A', 'B', '__proto__');
const time = fc.oneof(
  fc.integer({ min: 0, max: 20 * MINUTE_MS }).map((ms) => OPEN_MS + ms),
  fc.integer({ min: 0, max: 3 * 1_440 }).map((minutes) => OPEN_MS + minutes * MINUTE_MS),
);

/** Some of the fields, now and then one that is deleted. */
function someOf(fields: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Record<string, Json>> {
  const nullable = Object.entries(fields).map(([name, value]) => [
    name,
    fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }),
  ]);
  const record = fc.record(Object.fromEntries(nullable) as Record<string, fc.Arbitrary<Json>>, { requiredKeys: [] });
  return record as fc.Arbitrary<Record<string, Json>>;
}

/** One in eight is a reset, one in eight a removal. */
function row(topic: fc.Arbitrary<string>, content: fc.Arbitrary<Partial<Update>>, at = time): fc.Arbitrary<Update> {
  return fc.record({ topic, time: at, content, fate: fc.nat(7) }).map(({ content: told, fate, ...rest }) => {
    if (fate === 0) return { ...rest, reset: true as const };
    return { ...rest, ...told, ...(fate === 1 ? { reset: true as const } : {}) };
  });
}

const quoteTopic = symbol.map((id) => `quote:${id}`);
const quote = someOf({
  last: price,
  changePercent: fc.integer({ min: -3, max: 3 }),
  previousClose: price,
  name: fc.constantFrom('Acme', 'Bolt, Ltd', ''),
  sector: fc.constantFrom('Energy', 'Index'),
  status: fc.constantFrom(...SESSION_STATUSES),
}).map((fields) => ({ fields }));
export const quoteRow = row(quoteTopic, quote);
export const quoteRowWithin = (ms: number) =>
  row(
    quoteTopic,
    quote,
    fc.nat(ms).map((after) => OPEN_MS + after),
  );

const trade = fc.record({ price, size: fc.integer({ min: 1, max: 5 }), side: fc.constant('buy') });
export const tradesRow = row(
  symbol.map((id) => `trades:${id}`),
  fc
    .array(
      fc.oneof(
        trade,
        fc.constant({ corrects: 1 }),
        trade.map((entry) => ({ ...entry, corrects: 2 })),
      ),
      { maxLength: 3 },
    )
    .map((log) => ({ log })),
);

export const sessionRow = fc
  .record({
    at: time,
    fields: someOf({ openTimeMs: time, closeTimeMs: time, status: fc.constantFrom(...SESSION_STATUSES) }),
  })
  .map(({ at, fields }): Update => ({ topic: 'session', time: at, fields }));

const minute = fc.integer({ min: -2, max: 25 }).map((minutes) => OPEN_MS + minutes * MINUTE_MS);
const interval = fc.constantFrom(...CANDLE_INTERVALS);
/** Somebody else's candles. */
export const candlesRow = interval.chain((view) => {
  const openTimeMs = minute.map((ms) => Math.floor(ms / CANDLE_INTERVAL_MS[view]) * CANDLE_INTERVAL_MS[view]);
  const volume = fc.nat(3);
  const closed = fc.tuple(openTimeMs, price, price, price, price, volume);
  return row(
    symbol.map((id) => `candles:${id}:${view}`),
    fc.oneof(
      someOf({ openTimeMs, open: price, high: price, low: price, close: price, volume }).map((fields) => ({ fields })),
      fc.record({
        fields: fc.record({ openTimeMs, open: price, high: price, low: price, close: price, volume }),
        log: fc.array(closed, { maxLength: 3 }),
      }),
      fc.array(closed, { maxLength: 3 }).map((log) => ({ log })),
    ),
  );
});

const count = fc.nat(3);
const score = fc.record({ home: count, away: count });
const clock = fc.record({
  atTimeMs: fc.nat(30).map((minutes) => OPEN_MS + minutes * MINUTE_MS),
  elapsedSeconds: fc.nat(100).map((minutes) => minutes * 60),
  running: fc.boolean(),
  baseMinute: fc.constantFrom(45, 90),
});
const side = fc.constantFrom(...SIDES);
const player = fc.constantFrom('P', 'Q');
const moment = { minute: fc.nat(125), side, player };
const event = fc.oneof(
  fc.record({ type: fc.constant('goal'), ...moment, score }),
  fc.record({ type: fc.constant('card'), ...moment, card: fc.constantFrom('yellow', 'second_yellow', 'red') }),
  fc.record({ type: fc.constant('kick'), ...moment, scored: fc.boolean(), shootout: score }),
  fc.record({ type: fc.constant('period'), minute: fc.nat(125), period: fc.constantFrom(...PERIODS) }),
  fc.record({ type: fc.constant('substitution'), minute: fc.nat(125), side, off: player, on: player }),
);
const correction = fc.oneof(
  fc.integer({ min: 1, max: 8 }).map((corrects) => ({ corrects })),
  fc.tuple(event, fc.integer({ min: 1, max: 8 })).map(([content, corrects]) => ({ ...content, corrects })),
);
const team = (code: string) => ({ name: code, code });
const wholeMatch = {
  stage: fc.constantFrom('Group A', 'Final', 'Friendly'),
  kickoff: fc.constantFrom(OPEN_MS, OPEN_MS + 366 * 86_400_000),
  home: fc.constantFrom(team('H'), team('I')),
  away: fc.constantFrom(team('V'), team('W')),
  status: fc.constantFrom(...MATCH_STATUSES),
  period: fc.constantFrom(...PERIODS),
  clock,
  score,
};
const timeline = fc.array(fc.oneof({ weight: 3, arbitrary: event }, { weight: 1, arbitrary: correction }), {
  maxLength: 4,
});
export const matchRow = row(
  fc.constantFrom('match:1', 'match:2', 'match:__proto__'),
  fc.oneof(
    fc.record({ fields: fc.record(wholeMatch), log: timeline }),
    fc.record({
      fields: someOf({ ...(wholeMatch as Record<string, fc.Arbitrary<Json>>), shootout: score }),
      log: timeline,
    }),
    timeline.map((log) => ({ log })),
  ),
);

const share = fc.constantFrom(0, 0.25, 0.5);
export const chancesRow = row(
  fc.constantFrom('winprob:1', 'winprob:2'),
  someOf({ home: share, draw: share, away: share }).map((fields) => ({ fields })),
);

const otherRow = row(
  fc.constantFrom('watch', 'feed:a', 'weather:A:hourly', 'depth:A', 'candles', 'winprob:1'),
  someOf({ title: fc.constantFrom('T', 'U') }).map((fields) => ({ fields })),
);
/** What derivers write. */
const derivedRow = fc.oneof(
  candlesRow,
  row(fc.constantFrom('winprob:1', 'watch', 'table:2022-A'), fc.constant({ fields: { title: 'T' } })),
);
export const anyRow = fc.oneof(quoteRow, tradesRow, candlesRow, sessionRow, matchRow, otherRow);

const FEEDS = ['market', 'pushed:a', 'pushed:b:meter'];

function batchOf(rows: fc.Arbitrary<Update>, producers: readonly string[]): fc.Arbitrary<SourceBatch> {
  return fc.record({
    producer: fc.constantFrom(...producers),
    updates: fc.array(rows, { minLength: 1, maxLength: 4 }),
  });
}

const LENGTHS = { minLength: 2, maxLength: 25 };

export function batchesOf(rows: fc.Arbitrary<Update>): fc.Arbitrary<SourceBatch[]> {
  return fc.array(batchOf(rows, FEEDS), LENGTHS);
}

/** Of feeds and of derivers. */
export const anyBatches = fc.array(fc.oneof(batchOf(anyRow, FEEDS), batchOf(derivedRow, ['derived:other'])), LENGTHS);
