import fc from 'fast-check';
import { deltaSince } from './delta-encoder.ts';
import type { Json } from './json.ts';
import { TopicDocument } from './topic-document.ts';
import { expect, it } from 'vitest';
import { DocumentRows } from './document-rows.ts';

const contents = (document: TopicDocument) => ({
  removed: document.removed,
  fields: document.values(),
  log: document.log.map(({ time, entry }) => [time, entry]),
});

const entry = fc.oneof(
  fc.integer().map((value): Json => ({ value })),
  fc.record({ corrects: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ corrects: fc.integer({ min: 1, max: 8 }), value: fc.integer() }),
);
const update = fc.record(
  {
    fields: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.integer()), { minKeys: 1 }),
    log: fc.array(entry, { minLength: 1, maxLength: 3 }),
    reset: fc.constant(true as const),
  },
  { requiredKeys: [] },
);

it('leaves whoever plays them with what the board had, however seldom it was looked at', () => {
  const step = fc.record({ update, isSeen: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const [source, copy, played] = ['board', 'reader', 'player'].map(() => new TopicDocument('note:1', 0)) as [
        TopicDocument,
        TopicDocument,
        TopicDocument,
      ];
      const rows = new DocumentRows();
      let seen = -1;
      let count = 0;
      steps.forEach(({ update: parts, isSeen }, index) => {
        source.apply({ topic: 'note:1', time: index, ...parts }, index + 1);
        if (!isSeen && index < steps.length - 1) return;
        const delta = deltaSince(source, seen);
        seen = index + 1;
        const news = copy.applyDelta(delta, seen);
        const change = { topic: 'note:1', document: copy, full: delta[4] ?? 0, news, removed: copy.removed } as const;
        for (const row of rows.rowsOf(change)) played.apply(row, ++count);
      });
      // What began with a correction of something never seen is there, and corrects nothing.
      expect(plain(contents(played))).toEqual(plain(contents(source)));
    }),
    { seed: 20_260_113, numRuns: 1_000 },
  );
});

/** Without the numbers that corrections name: they are others where the capture begins later. */
function plain({ log, ...rest }: ReturnType<typeof contents>) {
  return { ...rest, log: log.map(([time, each]) => [time, { ...(each as object), corrects: 0 }]) };
}

it('counts entries that were gone before they were seen', () => {
  const source = new TopicDocument('trades:A', 0);
  const copy = new TopicDocument('trades:A', 0);
  const rows = new DocumentRows();
  const see = (from: number) => {
    const delta = deltaSince(source, from);
    const news = copy.applyDelta(delta, source.seq);
    return rows.rowsOf({ topic: 'trades:A', document: copy, full: delta[4] ?? 0, news, removed: false });
  };
  source.apply({ topic: 'trades:A', time: 1, log: [1, 2] }, 1);
  see(-1);
  for (let seq = 2; seq <= 151; seq++) source.apply({ topic: 'trades:A', time: seq, log: [seq] }, seq);
  expect(see(1)).toHaveLength(100);
  expect(rows.lostEntries).toBe(50);
});
