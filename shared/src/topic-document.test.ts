import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { SINCE_NOTHING, type Delta } from './delta.ts';
import { deltaSince } from './delta-encoder.ts';
import { LIMITS } from './limits.ts';
import { arbitraryUpdate } from './test/arbitrary-update.ts';
import { TopicDocument, type DocumentState } from './topic-document.ts';
import type { Update } from './update.ts';

// Small, so that a handful of updates trims and purges.
vi.mock('./kinds.ts', () => ({ logLimitOf: () => 3 }));
vi.mock('./limits.ts', async (original) => ({
  LIMITS: { ...(await original<{ LIMITS: typeof LIMITS }>()).LIMITS, tombstonesPerDocument: 2 },
}));

const TOPIC = 'match:1';

function folded(updates: readonly Omit<Update, 'topic' | 'time'>[]): TopicDocument {
  const document = new TopicDocument(TOPIC, 0);
  updates.forEach((update, index) => document.apply({ topic: TOPIC, time: index, ...update }, index + 1));
  return document;
}

/** What a viewer can see of it. */
function shown(document: TopicDocument) {
  const fields = Object.entries(document.values()).sort(([a], [b]) => (a < b ? -1 : 1));
  const log = document.log.map(({ n, time, entry }) => [n, time, entry]);
  return { time: document.time, removed: document.removed, fields, log, sum: document.sum() };
}

function overTheWire(delta: Delta): Delta {
  return JSON.parse(JSON.stringify(delta)) as Delta;
}

const updates = fc.array(arbitraryUpdate(TOPIC), { minLength: 1, maxLength: 25 });

describe('a document folded from updates', () => {
  test('keeps the newest value of each field and forgets deleted ones', () => {
    const document = folded([{ fields: { a: 1, b: 2 } }, { fields: { a: 3, b: null } }]);
    expect(document.values()).toEqual({ a: 3 });
    expect(document.value('b')).toBeUndefined();
  });

  test('numbers entries from 1 and keeps the newest', () => {
    const document = folded([{ log: ['one', 'two'] }, { log: ['three', 'four'] }]);
    expect(document.log.map(({ n, entry }) => [n, entry])).toEqual([
      [2, 'two'],
      [3, 'three'],
      [4, 'four'],
    ]);
    expect(document.lastEntry).toBe(4);
  });

  test('starts anew at a reset, numbering too', () => {
    const document = folded([
      { fields: { a: 1 }, log: ['old'] },
      { reset: true, fields: { b: 1 }, log: ['new'] },
    ]);
    expect(document.values()).toEqual({ b: 1 });
    expect(document.log.map(({ n, entry }) => [n, entry])).toEqual([[1, 'new']]);
    expect([document.removed, document.floor, document.numberedSince]).toEqual([false, 2, 2]);
  });

  test('is removed by a bare reset until something is written again', () => {
    expect(folded([{ fields: { a: 1 } }, { reset: true }]).removed).toBe(true);
    expect(folded([{ fields: { a: 1 } }, { reset: true }, { fields: { a: null } }]).removed).toBe(true);
    expect(folded([{ fields: { a: 1 } }, { reset: true }, { log: [1] }]).removed).toBe(false);
    expect(folded([{ fields: { a: 1 } }, { fields: { a: null } }]).removed).toBe(false);
  });
});

describe('a correction', () => {
  test('alone strikes the original off, with content it replaces it', () => {
    const document = folded([{ log: [{ goal: 'A' }, { goal: 'B' }] }, { log: [{ corrects: 1, goal: 'C' }] }]);
    expect(document.log.map(({ n, entry }) => [n, entry])).toEqual([
      [1, { goal: 'C' }],
      [2, { goal: 'B' }],
      [3, { corrects: 1, goal: 'C' }],
    ]);
    expect(folded([{ log: ['a', 'b'] }, { log: [{ corrects: 2 }] }]).log.map(({ n }) => n)).toEqual([1, 3]);
  });

  test('of another correction, of itself, of the future or of what is gone does nothing', () => {
    const entries = (log: Update['log']) => folded([{ log }]).log.map(({ n }) => n);
    expect(entries(['a', { corrects: 1, v: 1 }, { corrects: 2 }])).toEqual([1, 2, 3]);
    expect(entries([{ corrects: 1 }])).toEqual([1]);
    expect(entries([{ corrects: 2 }, 'b'])).toEqual([1, 2]);
    expect(entries([{ corrects: 9 }, { corrects: 'x' }])).toEqual([1, 2]);
  });

  test('trims by number, so that one by one and together end alike', () => {
    const oneByOne = folded([{ log: [1] }, { log: [2] }, { log: [3] }, { log: [{ corrects: 3 }] }, { log: [5] }]);
    const together = folded([{ log: [1, 2, 3, { corrects: 3 }, 5] }]);
    expect(oneByOne.log.map(({ n }) => n)).toEqual([4, 5]);
    expect(together.log.map(({ n }) => n)).toEqual([4, 5]);
  });
});

describe('how full an answer has to be', () => {
  test('not at all from the floor on; numbering anew only across a reset', () => {
    const document = folded([{ log: [1] }, { reset: true, log: [2] }, { log: [3] }]);
    expect([-1, 0, 1, 2, 3, 4].map((since) => document.fullSince(since))).toEqual([2, 2, 2, 0, 0, 0]);
  });

  test('a purge of tombstones raises the floor to the newest name it forgot', () => {
    const document = folded([
      { fields: { a: 1, b: 1, c: 1, d: 1 } },
      { fields: { a: null } },
      { fields: { b: null } },
      { fields: { c: null } },
    ]);
    expect(document.floor).toBe(3);
    expect([0, 1, 2, 3].map((since) => document.fullSince(since))).toEqual([2, 1, 1, 0]);
    expect(document.changesSince(3).fields.map(({ name }) => name)).toEqual(['c']);
  });

  test('a full answer has no deleted names in it', () => {
    const document = folded([{ fields: { a: 1, b: 1 } }, { fields: { a: null } }]);
    expect(deltaSince(document, SINCE_NOTHING)).toEqual([TOPIC, 1, { b: 1 }, 0, 2]);
    expect(deltaSince(document, 1)).toEqual([TOPIC, 1, { a: null }, 0]);
  });

  test('an empty topic and a removed one are told apart', () => {
    const reader = new TopicDocument(TOPIC, 0);
    reader.applyDelta(deltaSince(folded([{ fields: { a: 1 } }, { fields: { a: null } }]), SINCE_NOTHING), 2);
    expect(reader.removed).toBe(false);
    reader.applyDelta(deltaSince(folded([{ fields: { a: 1 } }, { reset: true }]), SINCE_NOTHING), 2);
    expect(reader.removed).toBe(true);
  });
});

describe('laws', () => {
  test('folding deltas between any two moments ends where folding updates does', () => {
    fc.assert(
      fc.property(updates, fc.array(fc.boolean(), { maxLength: 25 }), (updates, reads) => {
        const document = new TopicDocument(TOPIC, 0);
        const reader = new TopicDocument(TOPIC, 0);
        let since = SINCE_NOTHING;
        updates.forEach((update, index) => {
          document.apply(update, index + 1);
          if (reads[index] === false) return;
          reader.applyDelta(overTheWire(deltaSince(document, since)), index + 1);
          since = index + 1;
          expect(shown(reader)).toEqual(shown(document));
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a partial delta that begins earlier than the reader stands does no harm and brings the same news', () => {
    fc.assert(
      fc.property(updates, fc.nat(25), fc.nat(25), (updates, a, b) => {
        const [earlier, standing] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(standing <= updates.length);
        const document = new TopicDocument(TOPIC, 0);
        const reader = new TopicDocument(TOPIC, 0);
        updates.forEach((update, index) => {
          document.apply(update, index + 1);
          if (index + 1 === standing) reader.applyDelta(overTheWire(deltaSince(document, -1)), standing);
        });
        fc.pre(standing > 0 && document.fullSince(earlier) === 0);
        const exact = new TopicDocument(TOPIC, 0);
        exact.applyDelta(deltaSince(reader, -1), standing);
        const news = reader.applyDelta(overTheWire(deltaSince(document, earlier)), updates.length);
        expect(shown(reader)).toEqual(shown(document));
        const exactNews = exact.applyDelta(overTheWire(deltaSince(document, standing)), updates.length);
        expect(news.map(({ n }) => n)).toEqual(exactNews.map(({ n }) => n));
      }),
    );
  });

  test('news rise by one number at a time, except where the log no longer had them', () => {
    fc.assert(
      fc.property(updates, fc.array(fc.boolean(), { maxLength: 25 }), (updates, reads) => {
        const document = new TopicDocument(TOPIC, 0);
        const reader = new TopicDocument(TOPIC, 0);
        let since = SINCE_NOTHING;
        let newest = 0;
        updates.forEach((update, index) => {
          document.apply(update, index + 1);
          if (reads[index] === false) return;
          if (document.fullSince(since) === 2) newest = 0;
          const news = reader.applyDelta(deltaSince(document, since), index + 1).map(({ n }) => n);
          since = index + 1;
          expect(news).toEqual(document.log.map(({ n }) => n).filter((n) => n > newest));
          newest = Math.max(newest, ...news);
        });
      }),
    );
  });

  test('restored from its state it answers everyone alike, and goes on alike', () => {
    fc.assert(
      fc.property(updates, updates, (before, after) => {
        const document = new TopicDocument(TOPIC, 0);
        before.forEach((update, index) => document.apply(update, index + 1));
        const restored = TopicDocument.restore(JSON.parse(JSON.stringify(document.state())) as DocumentState);
        const all = () => {
          for (let since = -1; since <= before.length + after.length; since++) {
            expect(deltaSince(restored, since)).toEqual(deltaSince(document, since));
          }
          expect(restored.state()).toEqual(document.state());
        };
        all();
        after.forEach((update, index) => {
          document.apply(update, before.length + index + 1);
          restored.apply(update, before.length + index + 1);
        });
        all();
      }),
    );
  });

  test('never remembers more deleted names than it may', () => {
    fc.assert(
      fc.property(updates, (updates) => {
        const document = new TopicDocument(TOPIC, 0);
        updates.forEach((update, index) => document.apply(update, index + 1));
        const tombstones = document.state().fields.filter(([, value]) => value === null);
        expect(tombstones.length).toBeLessThanOrEqual(LIMITS.tombstonesPerDocument);
        expect(document.log.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
