import type { Update } from '@bigboard/shared/update';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import { StoreError, type AppendedBatch, type Batch } from '../store/store.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import type { Feed, TimedUpdate } from './feed.ts';
import { FeedRunner } from './runner.ts';

const START_MS = 1_000_000;

/** Due times are written from the start of the stream. */
class ScriptedFeed implements Feed {
  readonly name = 'script';
  readonly title = 'A script';
  readonly namespaces: readonly ViewerNamespace[];
  readonly source = 'recorded';
  readonly hasEnd = true;
  readonly startTimeMs = START_MS;
  readonly speed: number;
  readonly #opening: readonly Update[];
  readonly #rows: Iterator<TimedUpdate>;
  #head: TimedUpdate | undefined;

  constructor(
    rows: Iterable<TimedUpdate>,
    { speed = 1, opening = [] as readonly Update[], namespaces = ['markets'] as ViewerNamespace[] } = {},
  ) {
    this.namespaces = namespaces;
    this.#rows = rows[Symbol.iterator]();
    this.speed = speed;
    this.#opening = opening;
  }

  opening() {
    return this.#opening.map((update) => ({ namespace: 'markets' as const, update }));
  }

  nextDueMs(): number | undefined {
    this.#head ??= (this.#rows.next() as { value: TimedUpdate | undefined }).value;
    return this.#head?.dueTimeMs;
  }

  next(): TimedUpdate | undefined {
    this.nextDueMs();
    const next = this.#head;
    this.#head = undefined;
    return next;
  }

  state() {
    return null;
  }

  restore(): boolean {
    return false;
  }
}

function row(afterMs: number, namespace: ViewerNamespace = 'markets'): TimedUpdate {
  const time = START_MS + afterMs;
  return { dueTimeMs: time, namespace, update: { topic: 'tape', time, log: [afterMs] } };
}

function* rowsEvery(intervalMs: number, count = Infinity): Generator<TimedUpdate> {
  for (let index = 1; index <= count; index++) yield row(index * intervalMs);
}

/** A store that can be made slow, or be made to refuse. */
class UnreliableStore extends MemoryStore {
  readonly batches: AppendedBatch[] = [];
  underWay = 0;
  mostUnderWay = 0;
  delayMs = 0;
  refuse: (namespace: ViewerNamespace, batch: Batch) => boolean = () => false;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    super(
      clock,
      emptyLogs(() => 'epoch'),
    );
    this.#clock = clock;
  }

  override async append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    if (this.delayMs > 0) await new Promise<void>((done) => this.#clock.after(this.delayMs, done));
    this.underWay--;
    if (this.refuse(namespace, batch)) throw new StoreError('unavailable', 'away');
    const appended = await super.append(namespace, batch);
    this.batches.push(appended);
    return appended;
  }

  /** The content of every stored row, in order. */
  rows(namespace: ViewerNamespace = 'markets'): unknown[] {
    const updates = this.batches.filter((batch) => batch.namespace === namespace).flatMap((batch) => batch.updates);
    return updates.filter(({ topic }) => topic === 'tape').flatMap(({ log = [] }) => log);
  }

  /** What `feed:script` said, one after the other. */
  states(): unknown[] {
    const updates = this.batches.flatMap((batch) => batch.updates);
    return updates.filter(({ topic }) => topic === 'feed:script').map(({ fields }) => fields?.['state']);
  }

  async status() {
    const { documents } = await this.load('markets');
    const document = documents.find(({ topic }) => topic === 'feed:script');
    return Object.fromEntries(document?.fields.map(([name, value]) => [name, value]) ?? []);
  }
}

async function start(feed: Feed) {
  const clock = new ManualClock();
  const store = new UnreliableStore(clock);
  const log = new LogLines();
  const runner = new FeedRunner(feed, store, clock, log, 'one');
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 5) {
      clock.advance(Math.min(5, left));
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  };
  await runner.start();
  return { clock, store, log, runner, pass };
}

const counted = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

it('has the opening and its own status stored before it says that it has started', async () => {
  const opening = Array.from({ length: 2_500 }, (_, index) => ({ topic: 'tape', time: index, log: [index] }));
  const { store } = await start(new ScriptedFeed(rowsEvery(100), { opening }));
  expect(store.rows()).toEqual(counted(0, 2_499, 1));
  expect(store.batches.map(({ updates }) => updates.length)).toEqual([1, 1_000, 1_000, 500, 0, 1]);
  expect(await store.status()).toEqual({
    title: 'A script',
    state: 'running',
    source: 'recorded',
    speed: 1,
    lastEventTime: 2_499,
    leader: 'one',
  });
});

it.each([1, 10, 0.5])('brings each update when it is due at speed %d', async (speed) => {
  const { store, pass } = await start(new ScriptedFeed(rowsEvery(100), { speed }));
  await pass(1_000 - 6);
  expect(store.rows()).toEqual(counted(100, 994 * speed, 100));
  await pass(12);
  expect(store.rows()).toEqual(counted(100, 1_006 * speed, 100));
});

it('takes no turns while the next update is far away, but one a second', async () => {
  const { store, clock, pass } = await start(new ScriptedFeed([row(3_600_000), row(3_600_001)]));
  await pass(4_000);
  expect(store.rows()).toEqual([]);
  expect(clock.pendingCount).toBe(1);
});

it('slows down with a slow store: one batch under way, none lost, none twice, in order', async () => {
  const { store, pass } = await start(new ScriptedFeed(rowsEvery(10)));
  store.delayMs = 700;
  await pass(7_000);
  expect(store.mostUnderWay).toBe(1);
  store.delayMs = 0;
  await pass(1_000);
  const rows = store.rows();
  expect(rows).toEqual(counted(10, rows.at(-1) as number, 10));
  expect(rows.length).toBeGreaterThan(600);
});

it('keeps what the store refused and brings it later, none lost and none twice', async () => {
  const { store, log, pass } = await start(new ScriptedFeed(rowsEvery(10)));
  await pass(100);
  store.refuse = () => true;
  await pass(3_000);
  expect(store.rows()).toEqual(counted(10, 100, 10));
  expect(log.warnings.length).toBeGreaterThan(0);
  store.refuse = () => false;
  await pass(2_000);
  const rows = store.rows();
  expect(rows).toEqual(counted(10, rows.at(-1) as number, 10));
});

it('waits with its stream while the store is away, instead of pouring out what was due meanwhile', async () => {
  const { store, pass } = await start(new ScriptedFeed(rowsEvery(10)));
  await pass(1_000);
  store.refuse = () => true;
  await pass(60_000);
  store.refuse = () => false;
  await pass(1_500);
  expect(store.rows().length).toBeLessThan(400);
});

it('takes a burst of one moment in many turns, and stores it as one', async () => {
  let taken = 0;
  function* burst(): Generator<TimedUpdate> {
    for (; taken < 4_000; taken++) yield row(10);
  }
  const { clock, store, pass } = await start(new ScriptedFeed(burst()));
  clock.advance(10);
  const batches = store.batches.length;
  for (let before = taken; store.batches.length === batches; before = taken) {
    expect(taken - before).toBeLessThanOrEqual(250);
    await pass(5);
    expect(taken - before).toBeLessThanOrEqual(250);
  }
  expect(taken).toBe(4_000);
  expect(store.rows()).toHaveLength(4_000);
  expect(store.mostUnderWay).toBe(1);
});

it('stores again only what one namespace refused', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => row(index * 10 + 10, index % 2 === 0 ? 'markets' : 'sports'));
  const { store, pass } = await start(new ScriptedFeed(rows));
  store.refuse = (namespace) => namespace === 'sports';
  await pass(2_000);
  store.refuse = () => false;
  await pass(4_000);
  expect(store.rows('markets')).toEqual(counted(10, 390, 20));
  expect(store.rows('sports')).toEqual(counted(20, 400, 20));
});

it('goes on from where it stood after a standstill of the process', async () => {
  const { store, clock, pass } = await start(new ScriptedFeed(rowsEvery(10)));
  await pass(1_000);
  clock.spend(600_000);
  await pass(1_000);
  const rows = store.rows();
  expect(rows.length).toBeLessThan(210);
  expect(rows).toEqual(counted(10, rows.at(-1) as number, 10));
});

it('is paused when it has come to its end, and says so once', async () => {
  const { store, clock, pass } = await start(new ScriptedFeed(rowsEvery(100, 3)));
  await pass(10_000);
  expect(store.rows()).toEqual([100, 200, 300]);
  expect(store.states()).toEqual(['running', 'running', 'paused']);
  expect(await store.status()).toMatchObject({ lastEventTime: START_MS + 300, reason: 'it has come to its end' });
  expect(clock.pendingCount).toBe(0);
});

function* breakingAfter(count: number): Generator<TimedUpdate> {
  yield* rowsEvery(100, count);
  throw new Error('line 7 is broken');
}

it('has failed when its feed breaks: what came before is kept, and the reason told', async () => {
  const { store, log, pass } = await start(new ScriptedFeed(breakingAfter(3)));
  await pass(2_000);
  expect(store.rows()).toEqual([100, 200, 300]);
  expect(store.states()).toEqual(['running', 'running', 'failed']);
  expect(await store.status()).toMatchObject({ reason: 'line 7 is broken' });
  expect(log.errors).toHaveLength(1);
});

it('brings nothing twice when its feed breaks while the store is away', async () => {
  const { store, log, pass } = await start(new ScriptedFeed(breakingAfter(3)));
  store.refuse = (_namespace, { updates }) => updates.some(({ topic }) => topic === 'feed:script');
  await pass(5_000);
  store.refuse = () => false;
  await pass(2_000);
  expect(store.rows()).toEqual([100, 200, 300]);
  expect(store.states()).toEqual(['running', 'running', 'failed']);
  expect(await store.status()).toMatchObject({ reason: 'line 7 is broken' });
  expect(log.errors).toHaveLength(1);
});

it('tells where it stands every five seconds', async () => {
  const { store, pass } = await start(new ScriptedFeed(rowsEvery(100)));
  await pass(21_000);
  expect(store.states()).toEqual(Array.from({ length: 6 }, () => 'running'));
  expect((await store.status())['lastEventTime']).toBeGreaterThan(START_MS + 15_000);
});

it('brings nothing any more once it was stopped', async () => {
  const { store, clock, runner, pass } = await start(new ScriptedFeed(rowsEvery(10)));
  await pass(100);
  await runner.stop();
  await runner.stop();
  await pass(1_000);
  expect(store.rows()).toEqual(counted(10, 100, 10));
  expect(clock.pendingCount).toBe(0);
});
