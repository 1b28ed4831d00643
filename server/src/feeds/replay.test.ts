import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldUpdates } from '@bigboard/shared/fold';
import type { NamespacedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { RowList } from './recorded-rows.ts';
import { ReplayFeed } from './replay.ts';

const HEADER: RecordingHeader = {
  bigboard: 1,
  title: 'A day',
  source: 'made up for this test',
  licence: 'MIT',
  origin: 'recorded',
};

const START_MS = 1_000;
/** Longer than anything the property makes, so that a seam stands apart from the updates before it. */
const DURATION_MS = 10_000;
const row = (topic: string, time: number, fields: Record<string, number>, log?: number[]): NamespacedUpdate => ({
  namespace: 'sports',
  update: { topic, time, fields, ...(log === undefined ? {} : { log }) },
});

/** What a viewer has when everything due before `dueTimeMs` has been played. */
function showUntil(feed: ReplayFeed, dueTimeMs: number): Map<string, TopicDocument> {
  const documents = new Map<string, TopicDocument>();
  let seq = 0;
  for (const { update } of feed.opening()) foldUpdates(documents, seq++, [update]);
  for (let next = feed.next(); next !== undefined && next.dueTimeMs < dueTimeMs; next = feed.next()) {
    foldUpdates(documents, seq++, [next.update]);
  }
  return documents;
}

/** What a viewer has after the opening and `count` more updates. */
function show(feed: ReplayFeed, count: number): { documents: Map<string, TopicDocument>; dueTimes: number[] } {
  const documents = new Map<string, TopicDocument>();
  const dueTimes: number[] = [];
  let seq = 0;
  const take = ({ update }: NamespacedUpdate) => foldUpdates(documents, seq++, [update]);
  for (const opened of feed.opening()) take(opened);
  for (let index = 0; index < count; index++) {
    const next = feed.next();
    if (next === undefined) break;
    take(next);
    dueTimes.push(next.dueTimeMs);
  }
  return { documents, dueTimes };
}

/** Fields and entries of every topic that is there. */
function contents(documents: Map<string, TopicDocument>): Record<string, unknown> {
  const live = [...documents.values()].filter(({ removed }) => !removed);
  return Object.fromEntries(
    live.map((document) => [document.topic, [document.values(), document.log.map(({ n, entry }) => [n, entry])]]),
  );
}

describe('a replayed recording', () => {
  const updates = [
    row('match:A', START_MS, { score: 0 }, [1]),
    row('match:B', START_MS + 100, { score: 0 }),
    row('match:A', START_MS + 200, { score: 1 }, [2]),
  ];

  it('opens with what is there at its start point, and goes on from it', () => {
    const feed = new ReplayFeed({ header: HEADER, updates }, { name: 'day', fromMs: 100 });
    expect([...feed.opening()]).toEqual(updates.slice(0, 2));
    expect(feed.startTimeMs).toBe(START_MS + 100);
    expect(feed.next()).toEqual({ ...updates[2], dueTimeMs: START_MS + 200 });
    expect(feed.next()).toBeUndefined();
  });

  it('plays at the speed of the recording unless told otherwise', () => {
    expect(new ReplayFeed({ header: { ...HEADER, speed: 30 }, updates }, { name: 'day' }).speed).toBe(30);
    expect(new ReplayFeed({ header: { ...HEADER, speed: 30 }, updates }, { name: 'day', speed: 2 }).speed).toBe(2);
  });

  it('resets and restores in the same moment when it begins again', () => {
    const header = { ...HEADER, endTimeMs: START_MS + 500 };
    const feed = new ReplayFeed({ header, updates }, { name: 'day', loop: true });
    for (const opened of feed.opening()) void opened;
    feed.next();
    feed.next();
    expect(feed.next()).toEqual({
      namespace: 'sports',
      update: { topic: 'match:B', time: START_MS, reset: true },
      dueTimeMs: START_MS + 500,
      isRewound: true,
    });
    expect(feed.next()).toMatchObject({ update: { topic: 'match:A', reset: true }, dueTimeMs: START_MS + 500 });
    expect(feed.next()).toMatchObject({ update: { topic: 'match:B' }, dueTimeMs: START_MS + 600 });
  });

  it('shortens a night that nobody wants to wait through', () => {
    const header = { ...HEADER, longestPauseMs: 30, endTimeMs: START_MS + 90_000 };
    const night = [row('match:A', START_MS, { score: 0 }), row('match:A', START_MS + 50_000, { score: 1 })];
    const feed = new ReplayFeed({ header, updates: night }, { name: 'day', loop: true });
    for (const opened of feed.opening()) void opened;
    expect([feed.next()?.dueTimeMs, feed.next()?.dueTimeMs]).toEqual([START_MS + 30, START_MS + 60]);
  });

  it('reads a row when its turn comes, and none for a seek or for going on from the middle of one', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => row(`match:${index % 7}`, START_MS + index, { index }));
    const read: number[] = [];
    class CountedRows extends RowList {
      override at(index: number) {
        read.push(index);
        return super.at(index);
      }
    }
    const create = () =>
      new ReplayFeed({ header: HEADER, updates: new CountedRows(many), fingerprint: 'many' }, { name: 'day' });
    const feed = create();
    while (feed.next() !== undefined);
    read.length = 0;
    feed.seek(START_MS + 899);
    expect(read).toEqual([]);
    for (let count = 0; count < 3; count++) feed.next();
    const after = create();
    expect(after.restore(feed.state())).toBe(true);
    expect(read).toEqual([0, 1, 2]);
    after.next();
    expect(read).toEqual([0, 1, 2, 3]);
  });

  it('stays quiet when there is nothing in it', () => {
    const feed = new ReplayFeed({ header: HEADER, updates: [] }, { name: 'day', loop: true });
    expect([...feed.opening()]).toEqual([]);
    expect(feed.next()).toBeUndefined();
  });

  it('shows the same in every pass as in the first, and is never due earlier than before', () => {
    const arbitraryUpdate = fc.record({
      topic: fc.constantFrom('match:A', 'match:B', 'scores'),
      lateMs: fc.integer({ min: -50, max: 200 }),
      field: fc.constantFrom('a', 'b'),
      value: fc.integer(),
      entries: fc.option(fc.array(fc.integer(), { minLength: 1, maxLength: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(arbitraryUpdate, { minLength: 1, maxLength: 12 }), fc.nat(60), (steps, count) => {
        let time = START_MS;
        const recorded = steps.map(({ topic, lateMs, field, value, entries }) =>
          row(topic, (time += lateMs), { [field]: value }, entries),
        );
        const recording = {
          header: { ...HEADER, startTimeMs: START_MS, endTimeMs: START_MS + DURATION_MS },
          updates: recorded,
        };
        const looping = show(new ReplayFeed(recording, { name: 'day', loop: true }), count);
        expect(looping.dueTimes).toEqual([...looping.dueTimes].sort((a, b) => a - b));

        // Up to the end of its third pass it has shown what one pass shows, for all that was left over from the others.
        const endOfPass = show(new ReplayFeed(recording, { name: 'day' }), recorded.length);
        const third = showUntil(new ReplayFeed(recording, { name: 'day', loop: true }), START_MS + 3 * DURATION_MS);
        expect(contents(third)).toEqual(contents(endOfPass.documents));
      }),
      { seed: 20221218, numRuns: 300 },
    );
  });
});
