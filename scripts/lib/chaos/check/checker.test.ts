import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryRecord } from '../history.ts';
import { DEFECTS, makeHistory, PLAN, type Defect } from '../test/made-history.ts';
import { Checker, type Report } from './checker.ts';

const BOUNDS = { killMs: { most: 5_000, all: 10_000 }, redisMs: 5_000 };
const seeds = fc.integer({ min: 0, max: 1_000_000 });

function check(records: readonly HistoryRecord[]): Report {
  const checker = new Checker(PLAN, BOUNDS);
  for (const record of records) checker.take(record);
  return checker.finish();
}

describe('the checker of histories', () => {
  it('finds nothing where nothing is wrong', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const report = check(makeHistory(seed, 'none'));
        expect(report.findings.texts).toEqual([]);
        expect([report.readers, report.epochs, report.unwitnessed]).toEqual([4, 2, 0]);
        expect(report.acknowledged).toBeGreaterThan(100);
      }),
      { numRuns: 20 },
    );
  });

  it.each(Object.entries(DEFECTS).filter(([, kind]) => kind !== undefined) as [Defect, (typeof DEFECTS)[Defect]][])(
    'finds a board that %s',
    (defect, kind) => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const { findings } = check(makeHistory(seed, defect));
          expect(findings.count(kind as NonNullable<typeof kind>)).toBeGreaterThan(0);
        }),
        { numRuns: 20 },
      );
    },
  );
});
