import { misfitOf } from '@bigboard/shared/kind-schemas';
import { parseTopic } from '@bigboard/shared/topic';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CandleDeriver } from './candles.ts';
import type { Deriver } from './deriver.ts';
import { DirectoryDeriver } from './directory.ts';
import { MoversDeriver } from './movers.ts';
import { ScoresDeriver } from './scores.ts';
import { SparksDeriver } from './sparks.ts';
import { TableDeriver } from './table.ts';
import {
  anyBatches,
  anyRow,
  batchesOf,
  candlesRow,
  chancesRow,
  matchRow,
  quoteRow,
  quoteRowWithin,
  sessionRow,
  tradesRow,
} from './test/random-rows.ts';
import { runWithOutages, type Mutant, type Outage, type SourceBatch } from './test/restarts.ts';
import { WatchDeriver } from './watch.ts';
import { WinProbabilityDeriver } from './win-probability.ts';

const SEED = 20261125;

const outages: fc.Arbitrary<Outage[]> = fc.array(
  fc.record({
    afterBatches: fc.nat(4),
    batches: fc.integer({ min: 1, max: 5 }),
    isCrash: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

interface Case {
  readonly create: () => Deriver;
  readonly batches: fc.Arbitrary<SourceBatch[]>;
  readonly mayLack?: (batch: SourceBatch) => boolean;
}

/** What its topics were before somebody else wrote them is not known: these must not come between. */
const hasNoCandles = ({ updates }: SourceBatch) => updates.every(({ topic }) => parseTopic(topic).kind !== 'candles');

const CASES: Readonly<Record<string, Case>> = {
  candles: {
    create: () => new CandleDeriver(),
    batches: batchesOf(
      fc.oneof(
        { weight: 4, arbitrary: tradesRow },
        { weight: 3, arbitrary: quoteRow },
        { weight: 1, arbitrary: sessionRow },
        { weight: 1, arbitrary: candlesRow },
      ),
    ),
    mayLack: hasNoCandles,
  },
  watch: { create: () => new WatchDeriver(), batches: batchesOf(quoteRow) },
  sparks: { create: () => new SparksDeriver(), batches: batchesOf(fc.oneof(quoteRow, sessionRow, candlesRow)) },
  // Often several batches to a ranking.
  movers: { create: () => new MoversDeriver(), batches: batchesOf(quoteRowWithin(8_000)) },
  'win probability': { create: () => new WinProbabilityDeriver(), batches: batchesOf(matchRow) },
  scores: { create: () => new ScoresDeriver(), batches: batchesOf(fc.oneof(matchRow, chancesRow)) },
  table: { create: () => new TableDeriver(), batches: batchesOf(matchRow) },
  directory: { create: () => new DirectoryDeriver('markets'), batches: anyBatches },
};

function law({ create, batches, mayLack = () => true }: Case, mutant?: Mutant) {
  return fc.property(batches, outages, (sources, away) => {
    const options = { mayLack, ...(mutant === undefined ? {} : { mutant }) };
    expect(runWithOutages(create, sources, away, options)).toEqual(runWithOutages(create, sources, []));
  });
}

const RUNS = 200;
/** In full: what is found once in a thousand runs. */
const FULL_RUNS = 4_000;
const isFull = process.env['BIGBOARD_LONG'] !== undefined;
const FULL_TIMEOUT_MS = 600_000;
for (const [name, one] of Object.entries(CASES)) {
  test(
    `${name}: ends as if it had never been stopped, whatever rows are pushed`,
    () => {
      fc.assert(law(one), { seed: SEED, numRuns: isFull ? FULL_RUNS : RUNS });
    },
    FULL_TIMEOUT_MS,
  );
}

/** Who must be found out. Of the others it makes no difference: what they tell twice, or of everything, is the same. */
const BITTEN: Readonly<Record<Mutant, readonly string[]>> = {
  'does not fold again': ['candles', 'watch', 'sparks', 'movers', 'win probability', 'directory'],
  'folds one batch twice': ['candles', 'sparks', 'win probability'],
  'forgets the untold entries': ['candles', 'win probability'],
  'forgets its own topics': ['candles', 'watch', 'sparks', 'win probability', 'scores', 'table', 'directory'],
  'forgets its state': ['candles', 'sparks', 'movers', 'win probability', 'table', 'directory'],
  'does not tell what they lack': ['scores', 'table'],
};

for (const [mutant, names] of Object.entries(BITTEN) as [Mutant, string[]][]) {
  test.each(names)(`a deriver is found out that ${mutant}: %s`, (name) => {
    const one = CASES[name] as Case;
    expect(fc.check(law(one, mutant), { seed: SEED, numRuns: RUNS, endOnFailure: true }).failed).toBe(true);
  });
}

test('the random rows fit their kinds', () => {
  fc.assert(
    fc.property(anyRow, (update) => {
      const namespace = parseTopic(update.topic).kind === 'match' ? 'sports' : 'markets';
      expect(misfitOf(namespace, update)).toBeUndefined();
    }),
    { seed: SEED },
  );
});
