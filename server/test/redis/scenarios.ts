import type { Update } from '@bigboard/shared/update';
import { Follower } from '../../src/store/redis/follower.ts';
import { keysOf } from '../../src/store/redis/keys.ts';
import { judgeClaims, judgeSight, type Claim } from '../../src/store/redis/lives.ts';
import type { LogEntry } from '../../src/store/redis/log-entry.ts';
import { logIdOf } from '../../src/store/redis/log-head.ts';
import { RedisLink } from '../../src/store/redis/redis-link.ts';
import { runAppend, runKeyframe, runProducer, STORE_SCRIPTS } from '../../src/store/redis/scripts.ts';
import { holdOf } from '../../src/store/redis/verification.ts';
import { NamespaceLog } from '../../src/store/namespace-log.ts';
import { ManualClock } from '../manual-clock.ts';
import { fastClock } from '../support/fast-clock.ts';
import { LogLines } from '../support/log-lines.ts';
import { SeveralStores, type Instance } from '../support/several-stores.ts';

const EPOCH = 'e';
const update = (topic: string, value: number): Update => ({ topic, time: value, fields: { value }, log: [value] });

function law(holds: boolean, broken: string): asserts holds {
  if (!holds) throw new Error(broken);
}

async function until(holds: () => boolean | Promise<boolean>, broken: string, withinMs = 5_000): Promise<void> {
  const untilMs = performance.now() + withinMs;
  while (!(await holds())) {
    law(performance.now() < untilMs, broken);
    await new Promise((later) => setTimeout(later, 5));
  }
}

/** Short and always the same: each rule of the store in Redis in a situation that shows whether it is kept. */
export async function playScenarios(): Promise<string | undefined> {
  try {
    followInOrder();
    tellEntriesApart();
    decideTogether();
    await withStores(async (stores) => {
      await useScripts(stores);
      await writeKeyframes(stores);
      await hearInSilence(stores);
      await beginAnew(stores);
    });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

async function withStores(play: (stores: SeveralStores) => Promise<void>): Promise<void> {
  const stores = await SeveralStores.start(() => 0.5, 0, fastClock(10));
  try {
    await play(stores);
  } finally {
    await stores[Symbol.asyncDispose]();
  }
}

function followInOrder(): void {
  const applied: string[] = [];
  const nothing = () => undefined;
  const read = async function* (): AsyncGenerator<readonly LogEntry[]> {};
  const observer = {
    applied: ({ head }: LogEntry) => void applied.push(head),
    ...{ missed: nothing, repaired: nothing, contradicted: nothing, readFailed: nothing },
  };
  const follower = new Follower('0-0 seed', read, new ManualClock(), observer);
  const entry = (head: string, after: string): LogEntry => {
    const [id, { seq: from }] = [logIdOf(head), logIdOf(after)];
    const updates = Array.from({ length: id.seq - from }, () => update('a', 1));
    const place = { namespace: 'markets', epoch: EPOCH, from, to: id.seq } as const;
    return { id, head, after, batch: { ...place, producer: 'p', updates, acceptedAtMs: 1 } };
  };
  const entries = [
    entry('1-0 a', '0-0 seed'),
    entry('1-1 b', '1-0 a'),
    entry('3-0 c', '1-1 b'),
    entry('3-1 d', '3-0 c'),
  ];
  for (const index of [3, 0, 2, 1, 0, 2]) follower.hear(entries[index] as LogEntry);
  law(applied.join() === '1-0 a,1-1 b,3-0 c,3-1 d', `applied ${applied.join()}`);
}

function tellEntriesApart(): void {
  const log = new NamespaceLog('markets', EPOCH);
  const look = { epoch: EPOCH, life: '', generation: 1, continues: '', keyframe: '0', oldest: '1-0' };
  const rest = { claims: new Map<string, string>(), instances: [] };
  const holdAt = (head: string, atOwn: string) =>
    holdOf({ ...look, ...rest, head, atOwn }, { epoch: EPOCH, generation: 1, head: '2-0 own', log });
  law(holdAt('2-0 own', '2-0 own') === 'held', 'what is there is not found');
  law(holdAt('9-0 x', '2-0 own') === 'held', 'what is there is not found under what came after');
  law(holdAt('2-0 other', '2-0 other') === 'lost', 'another entry of the same number is taken for the own');
  law(holdAt('9-0 x', '2-0 other') === 'lost', 'another entry of the same number is taken for the own');
  law(holdAt('1-0 x', '') === 'lost', 'what is gone is not missed');
}

function decideTogether(): void {
  const sight = { runId: 'now', epoch: EPOCH, life: 'before', generation: 1, hasLog: true };
  const own = { epoch: EPOCH, generation: 1 };
  law(judgeSight(sight, own, 'held') === 'claim', 'a Redis that restarted is trusted');
  const begun = { ...sight, epoch: 'other', life: 'now' };
  law(judgeSight(begun, own, 'lost') === 'claim', 'an epoch that knows nothing of the own one replaces it');
  const claim = (seq: number): Claim => ({ sight: '', hold: 'lost', generation: 1, id: { seq, sub: 0 } });
  const claims = new Map([
    ['a', claim(4)],
    ['b', claim(5)],
  ] as const);
  const judge = (own: string, waitedMs: number, peers: string[]) =>
    judgeClaims({ sight, own, claims, peers: new Set(peers), waitedMs, patienceMs: 1_000 });
  law(judge('b', 0, ['a', 'c']) === 'wait', 'one that may know more is not waited for');
  law(judge('b', 0, []) === 'wait', 'one that knows of nobody does not wait');
  law(judge('b', 0, ['a']) === 'begin', 'the furthest does not decide');
  law(judge('a', 0, ['b']) === 'wait', 'one decides that is not the furthest');
}

async function withLink(stores: SeveralStores, play: (link: RedisLink) => Promise<void>): Promise<void> {
  const link = new RedisLink({ url: stores.redis.url, name: 'test' }, STORE_SCRIPTS, new LogLines());
  try {
    await until(() => link.runId !== undefined, 'no connection');
    await play(link);
  } finally {
    link.close();
  }
}

async function useScripts(stores: SeveralStores): Promise<void> {
  const keys = keysOf('sports');
  const other = keys.of('other');
  await stores.redis.command(
    'MSET',
    keys.epoch,
    EPOCH,
    keys.life,
    'life',
    keys.of(EPOCH).head,
    '0-0 seed',
    other.head,
    '0-0 seed',
  );
  await withLink(stores, async (link) => {
    const append = (firstId: number, count: number, token = 7, log = { epoch: EPOCH, life: 'life' }) => {
      const ids = Array.from({ length: count }, (_, index) => firstId + index);
      const numbering = { firstId, lastId: firstId + count - 1, ids };
      const updates = ids.map((id) => JSON.stringify(update('é', id)));
      const rest = { producer: 'p', nonce: 'n', acceptedAtMs: 1, fence: { name: 'l', token }, checkpoint: '"c"' };
      return runAppend(link, keys, log, { ...rest, numbering, updates });
    };
    law((await append(1, 2)).is === 'ok', 'a batch is refused');
    const overlapping = await append(2, 2);
    law(overlapping.is === 'ok' && overlapping.id === '3-0' && overlapping.skipped === 1, 'an id is stored twice');
    const entries = (await stores.redis.command('XRANGE', keys.of(EPOCH).log, '3-0', '3-0')) as [[string, string[]]];
    law(entries[0][1].at(-1) === JSON.stringify(update('é', 3)), 'what is stored is cut elsewhere');
    law((await append(9, 1)).is === 'out_of_order', 'a gap is taken');
    const state = await runProducer(link, keys, EPOCH, 'p');
    law(state !== 'moved' && state.lastId === 3 && state.checkpoint === '"c"', 'the place of a producer is not stored');
    law((await append(4, 1, 8)).is === 'ok' && (await append(5, 1, 7)).is === 'fenced', 'an older token is taken');
    law((await append(5, 1, 8, { epoch: 'other', life: 'life' })).is === 'moved', 'another epoch is written to');
    law((await append(5, 1, 8, { epoch: EPOCH, life: 'other' })).is === 'moved', 'what is not verified is written to');
  });
  await stores.redis.command('FLUSHALL');
}

async function writeKeyframes(stores: SeveralStores): Promise<void> {
  const first = await stores.open('first');
  const append = (...updates: Update[]) => first.store.append('markets', { producer: 'p', updates });
  const { epoch } = await first.store.load('markets');
  const own = keysOf('markets').of(epoch);
  const keyframe = async () => Number(await stores.redis.command('GET', own.keyframe));
  await append(update('a', 1), update('b', 2));
  await until(async () => (await keyframe()) === 2, 'no keyframe is written');
  await append(update('a', 3), update('b', 4));
  await until(async () => (await keyframe()) === 4, 'no keyframe is written');
  const second = await stores.open('second');
  const [mine, other] = [await textOf(first), await textOf(second)];
  law(mine === other, 'one that starts has other documents');
  await stores.kill(first);
  await stores.kill(second);
  await withLink(stores, async (link) => {
    const write = (seq: number) =>
      runKeyframe(link, keysOf('markets'), epoch, { base: 4, documents: [{ topic: 'x', seq, state: `"${seq}"` }] });
    await write(7);
    await write(6);
    law((await stores.redis.command('HGET', own.documents, 'x')) === '7|"7"', 'an older document replaces a newer one');
    for (let seq = 5; seq <= 400; seq++) await link.command('XADD', own.log, `${seq}-0`, 'a', '', 'n', '');
    await runKeyframe(link, keysOf('markets'), epoch, { base: 4, documents: [], trimTo: 400 });
    const kept = (await stores.redis.command('XRANGE', own.log, '5-0', '5-0')) as unknown[];
    law(kept.length === 1, 'the log is cut after the keyframe');
  });
  await stores.redis.command('FLUSHALL');
}

/** All of a namespace, in an order that does not depend on when each topic was heard of. */
async function textOf({ store }: Instance): Promise<string> {
  const state = await store.load('markets');
  return JSON.stringify({ ...state, documents: [...state.documents].sort((a, b) => (a.topic < b.topic ? -1 : 1)) });
}

async function hearInSilence(stores: SeveralStores): Promise<void> {
  const [first, second] = [await stores.open('first'), await stores.open('second')];
  stores.bus.cut(second.name);
  await first.store.append('markets', { producer: 'p', updates: [update('a', 1)] });
  await until(() => second.reader.seq === 1, 'an update is not heard that the bus has lost', 1_500);
  await stores.kill(second);
  await stores.kill(first);
  await stores.redis.command('FLUSHALL');
}

async function beginAnew(stores: SeveralStores): Promise<void> {
  const first = await stores.open('first');
  const numbering = { firstId: 1, lastId: 1, ids: [1] };
  await first.store.append('markets', { producer: 'p', updates: [update('a', 1)], numbering, checkpoint: 'c' });
  await stores.redis.command('FLUSHALL');
  await until(() => first.reader.epochs.length === 2 && first.store.failure === undefined, 'no new epoch begins');
  const { lastId, checkpoint } = await first.store.producer('markets', 'p');
  law(lastId === 1 && checkpoint === 'c', 'a new epoch has forgotten where a producer is');
  const { seq, documents } = await first.store.load('markets');
  law(seq === 1 && documents.length === 1, 'a new epoch has forgotten a document');
}
