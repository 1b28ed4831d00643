import { LIMITS } from '@bigboard/shared/limits';
import type { Update } from '@bigboard/shared/update';
import { beforeEach, expect, test } from 'vitest';
import { LogLines } from '../../test/support/log-lines.ts';
import { ManualClock } from '../../test/manual-clock.ts';
import { Board } from '../hub/board.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import { StoreError, type Batch } from '../store/store.ts';
import { Door } from './door.ts';

/** Fails as often as it is told to. */
class FailingStore extends MemoryStore {
  refusal: Error | undefined;
  readonly batches: Batch[] = [];

  override async append(...[namespace, batch]: Parameters<MemoryStore['append']>) {
    if (this.refusal !== undefined) throw this.refusal;
    this.batches.push(batch);
    return super.append(namespace, batch);
  }
}

let clock: ManualClock;
let store: FailingStore;
let log: LogLines;
let door: Door;
beforeEach(async () => {
  clock = new ManualClock();
  log = new LogLines();
  store = new FailingStore(
    clock,
    emptyLogs(() => 'epoch'),
  );
  const unobserved = { updatesApplied() {}, flushed() {}, repaired() {}, repairFailed() {} };
  const board = new Board('markets', await store.load('markets'), store, clock, 50, unobserved);
  board.start();
  const boards = new Map([['markets', board] as const]);
  door = new Door({ boards, store, extraKinds: ['*'], clock, log, instance: 'this instance' });
});

const lab = { name: 'lab', title: 'The lab', topics: ['markets/*'] };
const row = (id: number | undefined, parts: Partial<Update> = {}) => ({
  value: { ...(id === undefined ? {} : { id }), topic: 'thing:a', time: 5, ...parts },
});
const publish = (producer: string | undefined, ...rows: { value: unknown }[]) =>
  door.publish(lab, { namespace: 'markets', producer, rows });
const statuses = () =>
  store.batches.flatMap(({ updates }) => updates).filter(({ topic }) => topic === 'feed:lab').length;

test.each([
  ['storage_full', { retryInMs: 9_000 }, 9_000],
  ['unavailable', {}, expect.any(Number)],
  ['draining', {}, expect.any(Number)],
  ['out_of_order', { lastId: 3 }, undefined],
] as const)('refuses with %s what the store does, and uses no id', async (code, details, retryInMs) => {
  await publish('p', row(1));
  store.refusal = new StoreError(code, 'no', details);
  const refusal = { name: 'RequestError', code, retryInMs };
  await expect(publish('p', row(2))).rejects.toMatchObject(refusal);
  await expect(publish(undefined, row(undefined))).rejects.toMatchObject(refusal);
  store.refusal = undefined;
  expect(await publish('p', row(2))).toMatchObject({ accepted: 1, lastId: 2 });
});

test('reckons a topic as it is when a batch that would have emptied it was not stored', async () => {
  const fields = Object.fromEntries(Array.from({ length: LIMITS.fieldsPerDocument }, (_, n) => [`f${n}`, n]));
  await publish('p', row(1, { fields }));
  store.refusal = new StoreError('unavailable', 'no');
  await expect(publish('p', row(2, { reset: true }))).rejects.toThrow();
  store.refusal = undefined;
  expect(await publish('p', row(2, { fields: { more: 1 } }))).toMatchObject({ rejected: [{ code: 'too_large' }] });
});

test('tells of the feed at first, then every 5 s while somebody pushes, and not when nobody does', async () => {
  await publish('p');
  expect(statuses()).toBe(0);
  await publish('p', row(1));
  expect(statuses()).toBe(1);
  clock.advance(4_999);
  await publish('p', row(2));
  expect(statuses()).toBe(1);
  clock.advance(1);
  await publish('p');
  expect(statuses()).toBe(2);
  clock.advance(60_000);
  expect(statuses()).toBe(2);
  expect(log.warnings).toEqual([]);
});

test('goes on telling of a feed that was there before a restart', async () => {
  await publish('p', row(1, { time: 77 }));
  const before = store.batches.length;
  const boards = new Map([
    [
      'markets',
      new Board('markets', await store.load('markets'), store, clock, 50, {
        updatesApplied() {},
        flushed() {},
        repaired() {},
        repairFailed() {},
      }),
    ] as const,
  ]);
  door = new Door({ boards, store, extraKinds: ['*'], clock, log, instance: 'this instance' });
  await publish('p');
  expect(store.batches.slice(before).flatMap(({ updates }) => updates)).toMatchObject([
    { topic: 'feed:lab', time: 77, fields: { state: 'running', lastEventTime: 77 } },
  ]);
});

test('remembers the producers of a token, and has an end to them', async () => {
  for (let n = 1; n <= LIMITS.producersPerToken; n++) await publish(`p${n}`, row(1));
  await expect(publish('one-more', row(1))).rejects.toMatchObject({ code: 'forbidden' });
  expect(await publish('one-more')).toMatchObject({ ok: true, lastId: 0 });
  expect(await publish('p1', row(2))).toMatchObject({ accepted: 1 });
  expect((await store.producer('markets', 'pushed:lab')).checkpoint).toMatchObject({
    producers: expect.arrayContaining(['p1', `p${LIMITS.producersPerToken}`]) as string[],
  });
});

test('holds a token to its rate over all its batches', () => {
  for (let n = 0; n < LIMITS.producerBurst; n++) door.admit(lab, 0)();
  expect(() => door.admit(lab, 0)).toThrow(expect.objectContaining({ code: 'rate_limited', retryInMs: 10 }) as Error);
  clock.advance(10);
  expect(() => door.admit(lab, LIMITS.batchBytes + 1)).toThrow(expect.objectContaining({ code: 'too_large' }) as Error);
});

test('has room for what waits, of which a token takes at most a quarter', () => {
  const admit = (name: string, bytes: number) => door.admit({ ...lab, name }, bytes);
  const fill = (name: string) => Array.from({ length: 16 }, () => admit(name, LIMITS.batchBytes));
  const ofFirst = fill('first');
  expect(() => admit('first', 1)).toThrow(expect.objectContaining({ code: 'rate_limited', retryInMs: 1_000 }) as Error);
  for (const name of ['second', 'third', 'fourth']) fill(name);
  expect(() => admit('fifth', 1)).toThrow(expect.objectContaining({ code: 'unavailable', retryInMs: 1_000 }) as Error);
  for (const release of ofFirst.slice(0, 2)) release();
  admit('fifth', LIMITS.batchBytes);
  admit('first', LIMITS.batchBytes);
  expect(() => admit('first', 1)).toThrow(expect.objectContaining({ code: 'unavailable' }) as Error);
});

test('takes nothing more once it closes, and lets what it took be answered', async () => {
  const answer = publish('p', row(1));
  await door.close();
  expect(await answer).toMatchObject({ accepted: 1 });
  expect(() => door.admit(lab, 0)).toThrow(expect.objectContaining({ code: 'draining' }) as Error);
});
