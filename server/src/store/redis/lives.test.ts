import { describe, expect, test } from 'vitest';
import { judgeClaims, judgeSight, type Claim, type Claims, type Hold } from './lives.ts';

const sight = (epoch: string, life: string, generation = 1) => ({
  ...{ epoch, life, generation },
  ...{ runId: 'now', hasLog: epoch !== '' },
});

describe('what is seen after a connection', () => {
  test.each([
    ['the process that it was verified in, and everything is there', sight('e', 'now'), 'e', 'held', 'go-on'],
    ['the same process without what was there', sight('e', 'now'), 'e', 'lost', 'claim'],
    ['an epoch that others have begun', sight('f', 'now', 2), 'e', 'fresh', 'load'],
    ['an epoch begun by one that knew nothing of this one', sight('f', 'now', 1), 'e', 'lost', 'claim'],
    ['a verified log, to one that has just started', sight('e', 'now'), undefined, 'fresh', 'load'],
    ['a verified log that has left it behind', sight('e', 'now'), 'e', 'fresh', 'load'],
    ['another process with everything', sight('e', 'before'), 'e', 'held', 'claim'],
    ['another process with less', sight('e', 'before'), 'e', 'lost', 'claim'],
    ['another process, to one that has just started', sight('e', 'before'), undefined, 'fresh', 'claim'],
    ['an epoch without its log', { ...sight('e', 'now'), hasLog: false }, 'e', 'lost', 'claim'],
    [
      'an epoch without its log, to one that has just started',
      { ...sight('e', 'now'), hasLog: false },
      undefined,
      'fresh',
      'claim',
    ],
    ['nothing at all', sight('', ''), 'e', 'lost', 'claim'],
    ['nothing at all, to one that has just started', sight('', ''), undefined, 'fresh', 'claim'],
  ] as const)('%s', (_what, seen, ownEpoch, hold, verdict) => {
    const own = ownEpoch === undefined ? undefined : { epoch: ownEpoch, generation: 1 };
    expect(judgeSight(seen, own, hold)).toBe(verdict);
  });
});

describe('what is decided from the claims', () => {
  const claim = (hold: Hold, seq = 0, generation = 1): Claim => ({
    sight: 'e/before',
    hold,
    generation: hold === 'fresh' ? 0 : generation,
    id: { seq, sub: 0 },
  });
  const judge = (own: string, claims: Record<string, Claim>, rest: Partial<Claims> = {}) =>
    judgeClaims({
      sight: sight('e', 'before'),
      own,
      claims: new Map(Object.entries(claims)),
      peers: new Set(Object.keys(claims).filter((name) => name !== own)),
      waitedMs: 0,
      patienceMs: 1_000,
      ...rest,
    });

  test('all are there and find what they hold: the epoch goes on at once', () => {
    const claims = { a: claim('held', 5), b: claim('held', 5), c: claim('fresh') };
    expect(judge('a', claims)).toBe('keep');
    expect(judge('b', claims)).toBe('wait');
    expect(judge('c', claims)).toBe('wait');
  });

  test('one does not find what it holds: it begins a new epoch if it is furthest', () => {
    const claims = { a: claim('held', 4), b: claim('lost', 5) };
    expect(judge('b', claims)).toBe('begin');
    expect(judge('a', claims)).toBe('wait');
  });

  test('a newer epoch goes before more of an older one', () => {
    const claims = { a: claim('lost', 900, 1), b: claim('lost', 5, 2) };
    expect(judge('b', claims)).toBe('begin');
  });

  test('one that was there before is waited for; when it stays away nobody can say what its readers have seen', () => {
    const claims = { a: claim('held', 5) };
    expect(judge('a', claims, { peers: new Set(['b']), waitedMs: 999 })).toBe('wait');
    expect(judge('a', claims, { peers: new Set(['b']), waitedMs: 1_000 })).toBe('begin');
  });

  test('one that knows of nobody waits all the same', () => {
    expect(judge('a', { a: claim('held', 5) }, { waitedMs: 999 })).toBe('wait');
    expect(judge('a', { a: claim('held', 5) }, { waitedMs: 1_000 })).toBe('keep');
  });

  test('those that have just started give the others more time, then go on from what is stored', () => {
    expect(judge('a', { a: claim('fresh') }, { waitedMs: 1_499 })).toBe('wait');
    expect(judge('a', { a: claim('fresh') }, { waitedMs: 1_500 })).toBe('begin');
    // With nothing stored there is nothing to keep, whoever finds it.
    expect(judge('a', { a: claim('held', 5), b: claim('held', 5) }, { sight: sight('', '') })).toBe('begin');
  });

  test('when the furthest does not decide, the next one does', () => {
    const claims = { a: claim('lost', 9), b: claim('lost', 8), c: claim('lost', 7) };
    expect(judge('b', claims, { waitedMs: 999 })).toBe('wait');
    expect(judge('b', claims, { waitedMs: 1_000 })).toBe('begin');
    expect(judge('c', claims, { waitedMs: 1_999 })).toBe('wait');
  });
});
