import fc from 'fast-check';
import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES } from '@bigboard/shared/topic';
import { describe, expect, it } from 'vitest';
import { FeedLife, type KeptStore, linesOf } from '../../test/support/feed-lives.ts';
import type { AppendedBatch } from '../store/store.ts';
import type { Feed } from './feed.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { readRecording, WORLD_CUP_RECORDING } from './recording-file.ts';
import { ReplayFeed, type ReplayOptions } from './replay.ts';

// The law: however often the process that runs a feed is killed, and whatever of its batches was stored by then, what the
// log holds in the end is byte for byte what it would hold had it never been killed.

const SEED = 20_260_113;
const RUNS = process.env['BIGBOARD_LONG'] === undefined ? 15 : 300;
const HOUR_MS = 3_600_000;
const START_MS = 1_768_298_400_000;

const worldCup = await readRecording(WORLD_CUP_RECORDING);

/** Two namespaces, several updates in a moment, topics that come and go. */
const mixed: NamespacedUpdate[] = Array.from({ length: 400 }, (_, index) => ({
  namespace: index % 3 === 0 ? 'sports' : 'markets',
  update: {
    topic: `tape:${index % 7}`,
    time: START_MS + Math.floor(index / 5) * 700,
    fields: { index },
    ...(index % 2 === 0 ? { log: [index] } : {}),
    ...(index % 31 === 0 ? { reset: true as const } : {}),
  },
}));

class MixedReplay extends ReplayFeed {
  constructor(options: Partial<ReplayOptions> = {}) {
    const header = { bigboard: 1, title: 'Mixed', source: 'me', licence: 'CC0-1.0', origin: 'recorded' } as const;
    super({ header, updates: mixed, fingerprint: 'mixed' }, { name: 'mixed', loop: true, speed: 2, ...options });
  }
}

const FEEDS: Readonly<Record<string, () => Feed>> = {
  'the simulated market': () => new MarketSimulator({ seed: 7, symbols: 3 }),
  // Begins 12 s before its end, so that every run goes over the seam.
  'the world cup in a loop': () =>
    new ReplayFeed(worldCup, { name: 'world-cup', loop: true, fromMs: 15.4 * HOUR_MS, speed: 600 }),
  'a recording of both namespaces': () => new MixedReplay(),
};

interface Life {
  readonly seconds: number;
  /** Which part of the batches stored meanwhile are lost; they are the newest ones. */
  readonly lost: number;
}

const lives = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 14 }),
    lost: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  }),
  { minLength: 1, maxLength: 4 },
);

type Spoil = (store: KeptStore) => void;
const asItIs: Spoil = () => undefined;

/** @returns the history after all these lives, and one more to the end */
async function live(create: () => Feed, plan: readonly Life[], spoil: Spoil = asItIs) {
  let history: readonly AppendedBatch[] = [];
  for (const { seconds, lost } of [...plan, { seconds: 20, lost: 0 }]) {
    const life = new FeedLife(create(), history);
    spoil(life.store);
    await life.led.lead(undefined);
    await life.pass(seconds * 1_000);
    void life.runner.stop();
    const { history: now } = life.store;
    history = now.slice(0, now.length - Math.round(lost * (now.length - history.length)));
  }
  return history;
}

function law(create: () => Feed, numRuns: number, spoil?: Spoil) {
  const whole = live(create, [{ seconds: 80, lost: 0 }]);
  const property = fc.asyncProperty(lives, async (plan) => {
    const history = await live(create, plan, spoil);
    for (const namespace of VIEWER_NAMESPACES) {
      const lines = linesOf(history, namespace);
      expect(lines.join('')).toBe(
        linesOf(await whole, namespace)
          .slice(0, lines.length)
          .join(''),
      );
    }
  });
  return fc.check(property, { seed: SEED, numRuns });
}

describe.each(Object.entries(FEEDS))('%s', (_name, create) => {
  it('goes on after any crashes as if there had been none', async () => {
    const result = await law(create, RUNS);
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });
});

/** A feed that forgets something. */
const forgetting = (change: (state: Record<string, Json>) => Record<string, Json>) => () => {
  const feed = new MixedReplay();
  const state = feed.state.bind(feed);
  return Object.assign(feed, { state: () => change(state() as Record<string, Json>) });
};

const withProgress =
  (change: (progress: Record<string, Json>) => Json): Spoil =>
  (store) => {
    store.spoil = (batch) => {
      const { checkpoint } = batch;
      if (typeof checkpoint !== 'object' || checkpoint === null || !('progress' in checkpoint)) return batch;
      return { ...batch, checkpoint: { ...checkpoint, progress: change(checkpoint.progress as Record<string, Json>) } };
    };
  };

const MUTANTS: readonly (readonly [what: string, create: () => Feed, spoil: Spoil])[] = [
  ['forgets its place in the recording', forgetting((state) => ({ ...state, index: 0 })), asItIs],
  ['is one update ahead', forgetting((state) => ({ ...state, index: Number(state['index']) + 1 })), asItIs],
  [
    'counts one too many',
    () => new MixedReplay(),
    withProgress((progress) => ({ ...progress, ids: { markets: 1, sports: 0 } })),
  ],
  ['has no progress', () => new MixedReplay(), withProgress(() => null)],
  [
    'is not told what is stored',
    () => new MixedReplay(),
    (store) => (store.spoilProducer = (state) => ({ ...state, lastId: 0 })),
  ],
];

it.each(MUTANTS)('is found out when a feed %s', async (_what, create, spoil) => {
  expect((await law(create, 40, spoil)).failed).toBe(true);
});

/** From any update on, another feed made alike and brought to the same state tells the same. */
function goesOnAlike(create: () => Feed, numRuns: number) {
  const take = (feed: Feed, count: number) => Array.from({ length: count }, () => feed.next());
  const property = fc.property(fc.nat(2_000), (count) => {
    const feed = create();
    for (const row of feed.opening()) void row;
    take(feed, count);
    const restored = create();
    expect(restored.restore(JSON.parse(JSON.stringify(feed.state())) as Json)).toBe(true);
    expect(restored.nextDueMs()).toBe(feed.nextDueMs());
    expect(JSON.stringify(take(restored, 50))).toBe(JSON.stringify(take(feed, 50)));
  });
  return fc.check(property, { seed: SEED, numRuns });
}

it.each(Object.entries(FEEDS))('brings %s back at any update, in the middle of a moment too', (_name, create) => {
  expect(fc.defaultReportMessage(goesOnAlike(create, 30))).toBeUndefined();
});

it.each([
  ['that a seam is half told', { rewinding: 0 }],
  ['the pass', { pass: 0 }],
  ['the moment', { momentMs: 0 }],
])('finds out when a recording forgets %s', (_what, forgotten) => {
  expect(
    goesOnAlike(
      forgetting((state) => ({ ...state, ...forgotten })),
      300,
    ).failed,
  ).toBe(true);
});

it('does not pour out the time it was away, and goes on from where the newest update was due', async () => {
  const before = await FeedLife.begin(new MixedReplay({ speed: 1 }));
  await before.pass(13_300);
  const after = await FeedLife.begin(new MixedReplay({ speed: 1 }), before.store.history);
  const count = () => linesOf(after.store.history, 'markets').length;
  const atStart = count();
  expect(atStart).toBe(linesOf(before.store.history, 'markets').length);
  await after.pass(650);
  expect(count()).toBe(atStart);
  await after.pass(100);
  expect(count()).toBeGreaterThan(atStart);
  expect(await after.status('sports')).toMatchObject({ state: 'running', lastEventTime: START_MS + 19 * 700 });
});

it('brings the opening again after a crash in the middle of it, with nothing twice', async () => {
  const options = { seed: 7, symbols: 40 };
  const before = await FeedLife.begin(new MarketSimulator(options));
  const whole = linesOf(before.store.history, 'markets');
  // Its status, then the first of several batches.
  const half = before.store.history.slice(0, 2);
  expect(linesOf(half, 'markets')).toHaveLength(1_000);
  const after = await FeedLife.begin(new MarketSimulator(options), half);
  expect(linesOf(after.store.history, 'markets').join('')).toBe(whole.join(''));
});

describe('a feed that is set up otherwise', () => {
  it('removes what it wrote before, then opens anew', async () => {
    const before = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 4 }));
    await before.pass(8_000);
    const after = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }), before.store.history);
    await after.pass(8_000);
    const fresh = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }));
    await fresh.pass(8_000);
    expect((await after.topics('markets')).sort()).toEqual((await fresh.topics('markets')).sort());
    const opened = linesOf(after.store.history, 'markets').slice(-linesOf(fresh.store.history, 'markets').length);
    expect(opened.join('')).toBe(linesOf(fresh.store.history, 'markets').join(''));
  });

  it('does so after a crash in the middle of that too, and when it is set up as before again', async () => {
    const before = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 4 }));
    await before.pass(8_000);
    const between = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }), before.store.history);
    const first = before.store.history.length;
    const topics = (await before.topics('markets')).sort();
    for (let count = first; count <= between.store.history.length; count++) {
      const after = await FeedLife.begin(
        new MarketSimulator({ seed: 7, symbols: 4 }),
        between.store.history.slice(0, count),
      );
      expect((await after.topics('markets')).sort()).toEqual(topics);
      await after.pass(200);
      expect(after.log.warnings).toEqual([]);
    }
  });
});

it('begins anew when the log lacks what it had stored', async () => {
  const before = await FeedLife.begin(new MixedReplay());
  await before.pass(12_000);
  // Only one namespace lost its newest batches.
  const sports = before.store.history.filter(({ namespace }) => namespace === 'sports').slice(0, 1);
  const history = [...before.store.history.filter(({ namespace }) => namespace === 'markets'), ...sports];
  const after = await FeedLife.begin(new MixedReplay(), history);
  await after.pass(12_000);
  expect(after.log.warnings).toEqual([]);
  for (const namespace of VIEWER_NAMESPACES) {
    const [whole, again] = [linesOf(before.store.history, namespace), linesOf(after.store.history, namespace)];
    expect(again.slice(-whole.length).join('')).toBe(whole.join(''));
  }
});

it('goes on, and does not start over, when one namespace is a little older than the newest progress', async () => {
  const whole = linesOf(await live(() => new MixedReplay(), [{ seconds: 40, lost: 0 }]), 'sports');
  const first = await FeedLife.begin(new MixedReplay());
  await first.pass(14_000);
  void first.runner.stop();
  const { history } = first.store;
  const kept = history.findLast(
    ({ checkpoint }) => typeof checkpoint === 'object' && checkpoint !== null && 'progress' in checkpoint,
  );
  const { ids } = (kept?.checkpoint as unknown as { progress: { ids: { sports: number } } }).progress;
  const lost = history.findIndex(({ namespace, lastId }) => namespace === 'sports' && (lastId ?? 0) >= ids.sports);
  expect(lost).toBeGreaterThan(0);
  const older = history.filter(({ namespace }, index) => namespace !== 'sports' || index < lost);
  const second = await FeedLife.begin(new MixedReplay(), older);
  await second.pass(10_000);
  void second.runner.stop();
  const lines = linesOf(second.store.history, 'sports');
  expect(lines.length).toBeGreaterThan(linesOf(history, 'sports').length);
  expect(lines).toEqual(whole.slice(0, lines.length));
});
