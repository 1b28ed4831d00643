import { VIEWER_NAMESPACES } from '@bigboard/shared/topic';
import { describe, expect, test } from 'vitest';
import type { ConnectionState } from '../live/connection.svelte.ts';
import { boardStatus, type Shown } from './board-status.ts';

const NOW_MS = 1_000_000;
const OPEN: ConnectionState = {
  transport: 'open',
  wasOpen: true,
  lostAtMs: undefined,
  attempt: 0,
  nextTryAtMs: undefined,
  isOnline: true,
  catchingUpSinceMs: undefined,
  lastBeatAtMs: NOW_MS - 400,
  shownAtMs: 0,
  lateMs: 0,
  latencyMs: 84,
  clockOffsetMs: 0,
  failure: undefined,
  watching: undefined,
  feeds: { markets: { market: { state: 'running', ageMs: 40, heardAtMs: NOW_MS - 400 } }, sports: {} },
};
const SHOWN: Shown = { hasSnapshot: true, namespaces: VIEWER_NAMESPACES, limitMs: () => 5_000 };
const lost = (forMs: number, facts: Partial<ConnectionState> = {}): ConnectionState => ({
  ...OPEN,
  transport: 'waiting',
  lostAtMs: NOW_MS - forMs,
  lastBeatAtMs: undefined,
  ...facts,
});

test('a server that can store nothing is not live, whatever its feeds say, and the cause is told', () => {
  const failure = { message: 'Redis is away', sinceMs: NOW_MS - 2_000 };
  expect(boardStatus({ ...OPEN, failure }, SHOWN, NOW_MS)).toEqual({
    state: 'stale',
    feeds: 0,
    ageMs: 2_000,
    cause: 'Redis is away',
  });
});

test('nothing shown yet is loading', () => {
  expect(boardStatus({ ...OPEN, lastBeatAtMs: undefined }, { ...SHOWN, hasSnapshot: false }, NOW_MS)).toEqual({
    state: 'loading',
  });
});

test('beats, no debt, feeds running: live', () => {
  expect(boardStatus(OPEN, SHOWN, NOW_MS)).toEqual({ state: 'live', latencyMs: 84 });
});

describe('a lost connection', () => {
  test('is not spoken of in the first 700 ms', () => {
    expect(boardStatus(lost(600), SHOWN, NOW_MS).state).toBe('live');
  });

  test('then tells which try comes when', () => {
    const status = boardStatus(lost(2_000, { attempt: 1, nextTryAtMs: NOW_MS + 3_000 }), SHOWN, NOW_MS);
    expect(status).toEqual({ state: 'reconnecting', attempt: 2, retryInMs: 3_000 });
  });

  test('is told even before the first snapshot', () => {
    expect(boardStatus(lost(2_000), { ...SHOWN, hasSnapshot: false }, NOW_MS).state).toBe('reconnecting');
  });

  test('is offline after a minute, and at once when the browser knows', () => {
    expect(boardStatus(lost(60_001), SHOWN, NOW_MS)).toEqual({ state: 'offline', sinceMs: NOW_MS - 60_001 });
    expect(boardStatus(lost(10, { isOnline: false }), SHOWN, NOW_MS).state).toBe('offline');
  });
});

test('back again, but not yet told everything: catching up, unless it takes no time', () => {
  expect(boardStatus({ ...OPEN, catchingUpSinceMs: NOW_MS - 900 }, SHOWN, NOW_MS).state).toBe('catching-up');
  expect(boardStatus({ ...OPEN, catchingUpSinceMs: NOW_MS - 100 }, SHOWN, NOW_MS).state).toBe('live');
});

describe('stale', () => {
  test('three missed beats', () => {
    const status = boardStatus({ ...OPEN, lastBeatAtMs: NOW_MS - 3_001 }, SHOWN, NOW_MS);
    expect(status).toEqual({ state: 'stale', feeds: 0, ageMs: 3_001 });
  });

  test('silence while the page was hidden does not count', () => {
    const facts = { ...OPEN, lastBeatAtMs: NOW_MS - 60_000, shownAtMs: NOW_MS - 500 };
    expect(boardStatus(facts, SHOWN, NOW_MS).state).toBe('live');
  });

  test('a feed that stalled or failed is worse than a good connection', () => {
    const feeds = {
      ...OPEN.feeds,
      sports: { scores: { state: 'failed', ageMs: 9_000, heardAtMs: NOW_MS - 1_000 } as const },
    };
    expect(boardStatus({ ...OPEN, feeds }, SHOWN, NOW_MS)).toEqual({ state: 'stale', feeds: 1, ageMs: 10_000 });
  });

  test('a feed that says it runs and brings nothing for longer than its panels allow', () => {
    const silent = { state: 'running', ageMs: 12_000, heardAtMs: NOW_MS } as const;
    const facts = { ...OPEN, feeds: { markets: { market: silent }, sports: { cup: silent } } };
    const shown: Shown = { ...SHOWN, limitMs: (namespace) => (namespace === 'markets' ? 5_000 : Infinity) };
    expect(boardStatus(facts, shown, NOW_MS)).toEqual({ state: 'stale', feeds: 1, ageMs: 12_000 });
  });

  test('a feed of both namespaces is one feed', () => {
    const failed = { demo: { state: 'failed', ageMs: 1_000, heardAtMs: NOW_MS } } as const;
    const facts = { ...OPEN, feeds: { markets: failed, sports: failed } };
    expect(boardStatus(facts, SHOWN, NOW_MS)).toMatchObject({ state: 'stale', feeds: 1 });
  });
});

describe('a feed that is paused, as a recording at its end', () => {
  const cup = { state: 'paused', ageMs: 30_000, heardAtMs: NOW_MS - 1_000 } as const;
  const facts = { ...OPEN, feeds: { ...OPEN.feeds, sports: { cup } } };

  test('leaves the board live by the feeds beside it', () => {
    expect(boardStatus(facts, SHOWN, NOW_MS).state).toBe('live');
  });

  test('is not live where nothing else is shown, and not stale either', () => {
    const paused = { state: 'paused', feeds: 1, ageMs: 31_000 };
    expect(boardStatus(facts, { ...SHOWN, namespaces: ['sports'] }, NOW_MS)).toEqual(paused);
    expect(boardStatus({ ...facts, feeds: { markets: {}, sports: { cup } } }, SHOWN, NOW_MS)).toEqual(paused);
  });

  test('hides no feed that failed', () => {
    const failed = { ...cup, state: 'failed' } as const;
    const feeds = { markets: { market: failed }, sports: { cup } };
    expect(boardStatus({ ...OPEN, feeds }, SHOWN, NOW_MS)).toMatchObject({ state: 'stale', feeds: 1 });
  });
});

test('more than a second behind is slow', () => {
  expect(boardStatus({ ...OPEN, lateMs: 1_001 }, SHOWN, NOW_MS)).toEqual({ state: 'slow', lateMs: 1_001 });
  expect(boardStatus({ ...OPEN, latencyMs: 1_200 }, SHOWN, NOW_MS)).toEqual({ state: 'slow', lateMs: 1_200 });
});
