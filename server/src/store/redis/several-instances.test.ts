import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { SeveralStores, type Instance } from '../../../test/support/several-stores.ts';

let stores: SeveralStores;
let first: Instance;
let second: Instance;
let stoppedMs: number;
beforeEach(async () => {
  stoppedMs = 0;
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + stoppedMs };
  stores = await SeveralStores.start(undefined, undefined, clock);
  first = await stores.open('first');
  second = await stores.open('second');
});
afterEach(async () => {
  const errors = [...stores.instances.values()].flatMap(({ reader, log }) => [...reader.errors, ...log.errors]);
  await stores[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

const update = (value: number): Update => ({ topic: 'a', time: value, fields: { value }, log: [value] });
const append = ({ store }: Instance, ...values: number[]) =>
  store.append('markets', { producer: 'p', updates: values.map(update) });
const stateOf = async ({ store }: Instance) => store.load('markets');
const within = (timeout: number) => ({ timeout, interval: 10 });
const untilWell = (...instances: Instance[]) =>
  vi.waitFor(() => {
    for (const { store } of instances) expect(store.failure).toBeUndefined();
  }, within(10_000));
const untilSaid = ({ store }: Instance) => vi.waitFor(() => expect(store.failure).toBeDefined(), within(5_000));
/** Once both know of each other: what a heartbeat tells comes within a second. */
const untilMet = (...instances: Instance[]) =>
  vi.waitFor(() => {
    for (const { store } of instances) expect(store.peers.length).toBe(instances.length - 1);
  }, within(5_000));

test('what one appends the others hear, in order and once, whoever appends', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => append(index % 2 === 0 ? first : second, index)));
  await vi.waitFor(async () => expect(await stateOf(second)).toEqual(await stateOf(first)), within(5_000));
  expect((await stateOf(first)).seq).toBe(50);
  expect(second.reader.seen).toEqual(first.reader.seen);
});

test('one that starts later has the same documents, with all that they remember', async () => {
  for (let index = 1; index <= 20; index++) await append(first, index);
  await first.store.append('markets', {
    producer: 'q',
    updates: [],
    checkpoint: { at: 1 },
    numbering: { firstId: 1, lastId: 4, ids: [] },
  });
  const third = await stores.open('third');
  expect(await stateOf(third)).toEqual(await stateOf(first));
  expect(await third.store.producer('markets', 'q')).toEqual({ lastId: 4, checkpoint: { at: 1 } });
  expect(await third.store.readAfter('markets', 3)).toEqual(await first.store.readAfter('markets', 3));
});

test('an update that is told in the moment the link is cut is there within 3 s, though nothing follows it', async () => {
  await append(first, 1);
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(5_000));
  stores.bus.cut(second.name);
  await append(first, 2);
  await vi.waitFor(() => expect(second.reader.seq).toBe(2), within(3_000));
});

test('an update that is told while both links are cut is there within 3 s of their mending', async () => {
  stores.bus.cut(second.name);
  second.link.cut();
  await untilSaid(second);
  await append(first, 1);
  second.link.mend();
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(3_000));
  expect(second.reader.epochs).toHaveLength(1);
});

test('while Redis is away everything is still there, and what comes is refused at once', async () => {
  await append(first, 1);
  await stores.redis.kill();
  await untilSaid(first);
  expect(first.store.failure).toContain('is away');
  const startedMs = performance.now();
  const refusals = await Promise.allSettled(Array.from({ length: 1_000 }, () => append(first, 2)));
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryInMs: 1_000 } });
  }
  expect((await stateOf(first)).seq).toBe(1);
  await stores.redis.start();
  await untilWell(first, second);
  expect(await append(first, 3)).toMatchObject({ from: 1, to: 2 });
});

test('a Redis that stands still is given up after a second; whatever it was asked is answered', async () => {
  await append(first, 1);
  stores.redis.pause();
  const startedMs = performance.now();
  const asked = await Promise.allSettled(Array.from({ length: 100 }, () => append(first, 2)));
  expect(asked.every(({ status }) => status === 'rejected')).toBe(true);
  expect(performance.now() - startedMs).toBeLessThan(2_500);
  expect(first.store.failure).toBeDefined();
  await expect(append(first, 2)).rejects.toMatchObject({ code: 'unavailable' });
  stores.redis.resume();
  await untilWell(first, second);
  await append(second, 3);
  await vi.waitFor(async () => expect(await stateOf(second)).toEqual(await stateOf(first)), within(5_000));
});

test('an answer that was not read in time is not acknowledged, and what was stored is heard as from another', async () => {
  const asked = append(first, 1);
  stoppedMs = 10_500;
  await expect(asked).rejects.toMatchObject({ code: 'unavailable', isInDoubt: true });
  expect(first.reader.seq).toBe(0);
  await vi.waitFor(() => expect([first.reader.seq, second.reader.seq]).toEqual([1, 1]), within(5_000));
});

test('an entry that cannot be read is said, and an append does not wait for it without end', async () => {
  const { epoch } = await stateOf(first);
  const key = (name: string) => `bb:{markets}:${epoch}:${name}`;
  await stores.redis.command('XADD', key('log'), '1-0', 'a', '0-0 seed', 'n', 'n', 'u', '{');
  await stores.redis.command('SET', key('head'), '1-0 n');
  await expect(append(first, 2)).rejects.toMatchObject({ code: 'unavailable' });
  await untilSaid(first);
  await untilSaid(second);
});

describe('after Redis restarts', () => {
  beforeEach(async () => {
    await untilMet(first, second);
    for (let value = 1; value <= 5; value++) await append(value % 2 === 0 ? first : second, value);
    await vi.waitFor(() => expect([first.reader.seq, second.reader.seq]).toEqual([5, 5]), within(5_000));
    await first.store.append('markets', { producer: 'q', updates: [update(6)], checkpoint: 6 });
    await vi.waitFor(() => expect(second.reader.seq).toBe(6), within(5_000));
  });

  /** Both as one log, and able to go on. */
  const areOne = async () => {
    await untilWell(first, second);
    const { to } = await append(second, 7);
    await append(first, 8);
    await vi.waitFor(() => expect([first.reader.seq, second.reader.seq]).toEqual([to + 1, to + 1]), within(5_000));
    expect(await stateOf(second)).toEqual(await stateOf(first));
    expect(first.reader.epochs).toEqual(second.reader.epochs);
    expect(await first.store.producer('markets', 'q')).toEqual({ lastId: 0, checkpoint: 6 });
    const documents = (await stateOf(first)).documents;
    expect(documents.find(({ topic }) => topic === 'a')?.log.map(([, , value]) => value)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  };

  test('and holds everything, the epoch goes on', async () => {
    await stores.redis.stop();
    await untilSaid(first);
    await stores.redis.start();
    await areOne();
    expect(first.reader.epochs).toHaveLength(1);
  });

  test('and holds nothing, a new epoch begins with what the furthest held', async () => {
    await stores.redis.restartEmpty();
    await untilSaid(first);
    await areOne();
    expect(first.reader.epochs).toHaveLength(2);
    expect(await stateOf(first)).toMatchObject({ seq: 8, continues: { epoch: first.reader.epochs[0], seq: 6 } });
    expect((await first.store.readAfter('markets', 3))?.map(({ to }) => to)).toEqual([4, 5, 6, 7, 8]);
  });

  test('and holds less than one of them has seen, a new epoch begins with what the furthest held', async () => {
    const copy = await stores.redis.copyFiles();
    stores.bus.cut(second.name);
    second.link.cut();
    await append(first, 7);
    await stores.redis.restartFrom(copy);
    stores.bus.join(second.name);
    second.link.mend();
    await untilWell(first, second);
    expect(first.reader.epochs).toHaveLength(2);
    expect(await stateOf(second)).toEqual(await stateOf(first));
    expect(await stateOf(first)).toMatchObject({ seq: 7, continues: { seq: 7 } });
  });

  test('one that starts just then waits for those who know more', async () => {
    first.link.cut();
    second.link.cut();
    await stores.redis.restartEmpty();
    const opening = stores.open('third');
    await vi.waitFor(async () => expect(await stores.redis.command('EXISTS', 'bb:{markets}:epoch')).toBe(0));
    first.link.mend();
    second.link.mend();
    const third = await opening;
    await areOne();
    await vi.waitFor(async () => expect(await stateOf(third)).toEqual(await stateOf(first)), within(5_000));
  });

  test('what one begins that has just started and finds it empty replaces nothing that others hold', async () => {
    first.link.cut();
    second.link.cut();
    await stores.redis.restartEmpty();
    const third = await stores.open('third');
    expect(await stateOf(third)).toMatchObject({ seq: 0, documents: [] });
    first.link.mend();
    second.link.mend();
    await untilWell(first, second, third);
    await areOne();
    await vi.waitFor(async () => expect(await stateOf(third)).toEqual(await stateOf(first)), within(5_000));
  });

  test('alone with it, one that has just started begins a new epoch that continues what is stored', async () => {
    const before = await stateOf(first);
    await stores.kill(first);
    await stores.kill(second);
    await stores.redis.stop();
    await stores.redis.start();
    const third = await stores.open('third');
    const after = await stateOf(third);
    expect(after.epoch).not.toBe(before.epoch);
    expect(after).toMatchObject({ seq: 6, continues: { epoch: before.epoch, seq: 6 }, documents: before.documents });
    expect(await third.store.producer('markets', 'q')).toEqual({ lastId: 0, checkpoint: 6 });
    // The keys of the epoch before are gone.
    expect(await stores.redis.command('KEYS', `bb:{markets}:${before.epoch}:*`)).toEqual([]);
  });
});

test('after FLUSHALL, which restarts nothing, a new epoch begins all the same', async () => {
  await untilMet(first, second);
  await append(first, 1);
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(5_000));
  await stores.redis.command('FLUSHALL');
  await expect(append(first, 2)).rejects.toMatchObject({ code: 'unavailable' });
  await untilWell(first, second);
  await vi.waitFor(() => expect(second.reader.epochs).toHaveLength(2), within(5_000));
  expect(await append(second, 2)).toMatchObject({ from: 1, to: 2 });
  await vi.waitFor(async () => expect(await stateOf(first)).toEqual(await stateOf(second)), within(5_000));
});

test('when the log is lost and nothing else, a new epoch begins with what the furthest held', async () => {
  await untilMet(first, second);
  await append(first, 1);
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(5_000));
  const { epoch } = await stateOf(first);
  await stores.redis.command('DEL', `bb:{markets}:${epoch}:head`);
  await vi.waitFor(() => expect(second.reader.epochs).toHaveLength(2), within(5_000));
  await untilWell(first, second);
  expect(await append(second, 2)).toMatchObject({ from: 1, to: 2 });
});

test('where nobody holds anything and the log is lost, one that starts begins with nothing', async () => {
  const { epoch } = await stateOf(first);
  await stores.kill(first);
  await stores.kill(second);
  await stores.redis.command('DEL', `bb:{markets}:${epoch}:head`);
  const third = await stores.open('third');
  expect(await append(third, 1)).toMatchObject({ from: 0, to: 1 });
});

test('one that was cut off while others began a new epoch takes it, and nothing of its own', async () => {
  await untilMet(first, second);
  await append(first, 1);
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(5_000));
  second.link.cut();
  stores.bus.cut(second.name);
  await stores.redis.restartEmpty();
  await untilSaid(first);
  await untilWell(first);
  await append(first, 2);
  expect(first.reader.epochs).toHaveLength(2);
  second.link.mend();
  await untilWell(second);
  expect(await stateOf(second)).toEqual(await stateOf(first));
  expect(second.reader.epochs).toEqual(first.reader.epochs);
});

test('one whose number was given away while it was cut off does not mix the two', async () => {
  // They have never heard of each other, so that none waits for the other.
  await append(first, 1);
  await vi.waitFor(() => expect(second.reader.seq).toBe(1), within(5_000));
  const copy = await stores.redis.copyFiles();
  second.link.cut();
  stores.bus.cut(second.name);
  await append(first, 2);
  first.link.cut();
  stores.bus.cut(first.name);
  await stores.redis.restartFrom(copy);
  await stores.redis.command('DEL', 'bb:{markets}:instances', 'bb:{sports}:instances');
  second.link.mend();
  await untilWell(second);
  await append(second, 3);
  first.link.mend();
  stores.bus.join(first.name);
  stores.bus.join(second.name);
  await untilWell(first, second);
  await vi.waitFor(async () => expect(await stateOf(first)).toEqual(await stateOf(second)), within(5_000));
  expect(first.reader.epochs.length).toBeGreaterThan(1);
  const [epoch] = first.reader.epochs;
  expect([first, second].map(({ reader }) => reader.seen.get(`${epoch} 2`))).toEqual(
    [2, 3].map((value) => JSON.stringify(update(value))),
  );
});
