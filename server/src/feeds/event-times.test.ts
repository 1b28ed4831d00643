import type { RecordedUpdate, RecordingHeader } from '@bigboard/shared/recording';
import { expect, it } from 'vitest';
import { FeedLife } from '../../test/support/feed-lives.ts';
import { readCheckpoint } from './checkpoint.ts';
import { ReplayFeed } from './replay.ts';

const START_MS = Date.UTC(2026, 10, 25, 12);
const MATCH_MS = Date.UTC(2022, 11, 18, 15);
const SECOND_MS = 1_000;

/** A market of today, and a match of 2022 that was captured at 30 times its speed. */
const header: RecordingHeader = {
  bigboard: 1,
  title: 'A capture',
  source: 'me',
  licence: 'CC0-1.0',
  origin: 'recorded',
  origins: { markets: 'simulated' },
  titles: { sports: 'A match' },
  staged: ['sports'],
  streams: { sports: { timeMs: MATCH_MS, speed: 30 } },
  startTimeMs: START_MS,
};

const quote = (second: number): RecordedUpdate => {
  const time = START_MS + second * SECOND_MS;
  return { namespace: 'markets', update: { topic: 'note:Q', time, fields: { second } }, dueMs: time };
};
const note = (topic: string, second: number, time: number): RecordedUpdate => {
  return { namespace: 'sports', update: { topic, time, log: [second] }, dueMs: START_MS + second * SECOND_MS };
};

const capture: readonly RecordedUpdate[] = [
  note('note:late', 0, MATCH_MS - 10_000),
  note('note:early', 0, MATCH_MS - 9_000_000),
  quote(0),
  note('note:late', 10, MATCH_MS + 290_000),
  quote(12),
  quote(40),
];

const begin = (history: FeedLife['store']['history'] = [], options = {}) =>
  FeedLife.begin(new ReplayFeed({ header, updates: capture, fingerprint: 'c' }, { name: 'c', ...options }), history);

it('tells in each namespace what is true of that namespace', async () => {
  const life = await begin();
  expect(await life.status('markets')).toMatchObject({ title: 'A capture', source: 'simulated' });
  expect(await life.status('markets')).not.toHaveProperty('staged');
  expect(await life.status('sports')).toMatchObject({ title: 'A match', source: 'recorded', staged: true });
  expect(await life.status('markets')).toMatchObject({ lastEventTime: START_MS, speed: 1 });
  expect(await life.status('sports')).toMatchObject({ lastEventTime: MATCH_MS, speed: 30 });
  await life.pass(18_000);
  expect(await life.status('markets')).toMatchObject({ lastEventTime: START_MS + 12 * SECOND_MS, speed: 1 });
  expect(await life.status('sports')).toMatchObject({ lastEventTime: MATCH_MS + 290_000, speed: 30 });
  for (const { namespace, updates } of life.store.history) {
    const years = updates.map(({ time }) => new Date(time).getUTCFullYear());
    expect(new Set(years)).toEqual(new Set(updates.length === 0 ? [] : [namespace === 'sports' ? 2022 : 2026]));
  }
});

it('multiplies the speed of the playback with that of what was captured', async () => {
  const life = await begin([], { speed: 10 });
  expect(await life.status('sports')).toMatchObject({ speed: 300 });
});

it('goes on with them after a restart', async () => {
  const life = await begin();
  await life.pass(18_000);
  await life.runner.stop();
  const after = await begin(life.store.history);
  expect(await after.status('markets')).toMatchObject({ lastEventTime: START_MS + 12 * SECOND_MS });
  expect(await after.status('sports')).toMatchObject({ lastEventTime: MATCH_MS + 290_000 });
});

it('begins a loop anew with the latest of what there was at the start', async () => {
  const life = await begin([], { loop: true });
  await life.pass(46_000);
  expect(await life.status('markets')).toMatchObject({ lastEventTime: START_MS });
  expect(await life.status('sports')).toMatchObject({ lastEventTime: MATCH_MS - 10_000 });
});

it('takes up a checkpoint with one time for both namespaces', () => {
  const ids = { markets: 1, sports: 1 };
  const progress = { feed: 1, isOpened: true, ids, streamTimeMs: 5, lastEventTime: 4, speed: 1, isPaused: false };
  const stored = { version: 1, topics: [], progress: { ...progress, ownSpeed: 1 } };
  expect(readCheckpoint(stored).progress?.lastEventTime).toEqual({ markets: 4, sports: 4 });
});
