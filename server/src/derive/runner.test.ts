import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import { Board } from '../hub/board.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { NamespaceLog } from '../store/namespace-log.ts';
import { StoreError, type AppendedBatch, type Batch, type NamespaceState } from '../store/store.ts';
import type { Deriver, Restored } from './deriver.ts';
import { DeriverRunner } from './runner.ts';

/** Adds up every `size`, and remembers what it was shown. */
class Adder implements Deriver {
  readonly name = 'adder';
  readonly namespace = 'markets';
  readonly resumesFrom = 'log';
  readonly seen: string[] = [];
  restored: Restored | undefined;
  #sum = 0;
  #told = 0;

  fold({ topic, fields }: Update, producer: string): void {
    this.seen.push(`${topic} by ${producer}`);
    const size = fields?.['size'];
    if (size === 'broken') throw new Error('no number');
    if (typeof size === 'number') this.#sum += size;
  }

  settle(streamTimeMs: number): readonly Update[] {
    this.seen.push(`settle ${streamTimeMs}`);
    if (this.#sum === this.#told) return [];
    this.#told = this.#sum;
    return [{ topic: 'sum', time: streamTimeMs, log: [this.#sum] }];
  }

  state(): Json {
    return this.#sum;
  }

  restore(restored: Restored): void {
    this.restored = restored;
    this.#sum = this.#told = Number(restored.state ?? restored.documents.get('sum')?.log.at(-1)?.entry ?? 0);
  }
}

/** A store whose appends by derivers can be refused or held, and whose reading can be slow. */
class FussyStore extends MemoryStore {
  refusal: StoreError | undefined;
  readonly derived: Batch[] = [];
  beforeRead: (() => Promise<unknown>) | undefined;
  hasForgotten = false;
  isMute = false;
  readonly #replacedListeners: ((namespace: 'markets' | 'sports') => void)[] = [];
  continues: NamespaceState['continues'];

  override load(namespace: 'markets' | 'sports'): Promise<NamespaceState> {
    const { continues } = this;
    const loading = super.load(namespace);
    return continues === undefined ? loading : loading.then((state) => ({ ...state, continues }));
  }

  override onAppended(listener: (batch: AppendedBatch) => void): () => void {
    return super.onAppended((batch) => {
      if (!this.isMute) listener(batch);
    });
  }

  override onReplaced(listener?: (namespace: 'markets' | 'sports') => void): () => void {
    if (listener !== undefined) this.#replacedListeners.push(listener);
    return () => undefined;
  }

  /** Appends what is heard of only by loading the namespace anew. */
  async replace(...updates: readonly Update[]): Promise<void> {
    this.isMute = true;
    await super.append('markets', { producer: 'feed', updates });
    this.isMute = false;
    for (const listener of this.#replacedListeners) listener('markets');
  }

  override append(namespace: 'markets' | 'sports', batch: Batch): Promise<AppendedBatch> {
    if (batch.producer === 'derived:adder') {
      if (this.refusal !== undefined) return Promise.reject(this.refusal);
      this.derived.push(batch);
    }
    return super.append(namespace, batch);
  }

  override async readAfter(namespace: 'markets' | 'sports', seq: number) {
    const read = this.hasForgotten && seq > 0 ? undefined : await super.readAfter(namespace, seq);
    const before = this.beforeRead;
    this.beforeRead = undefined;
    await before?.();
    return read;
  }
}

const clock = new ManualClock();
const nothing = () => undefined;
const observer = { updatesApplied: nothing, flushed: nothing, repaired: nothing, repairFailed: nothing };

/** The life of one process on a log that outlives it. */
class Life {
  readonly log = new LogLines();
  readonly infos: unknown[] = [];
  readonly adders: Adder[] = [];
  readonly store: FussyStore;
  board!: Board;
  runner!: DeriverRunner;

  constructor(namespaceLog = new NamespaceLog('markets', 'epoch')) {
    this.store = new FussyStore(clock, new Map([['markets', namespaceLog]]));
    this.log.info = (...line: unknown[]) => void this.infos.push(line);
  }

  async start(): Promise<this> {
    this.board = new Board('markets', await this.store.load('markets'), this.store, clock, 50, observer);
    this.board.start();
    const create = () => {
      const adder = new Adder();
      this.adders.push(adder);
      return adder;
    };
    this.runner = new DeriverRunner(create, this.board, this.store, clock, this.log);
    await this.runner.start();
    return this;
  }

  append(...updates: readonly Update[]): Promise<AppendedBatch> {
    return this.store.append('markets', { producer: 'feed', updates });
  }

  get adder(): Adder {
    return this.adders.at(-1) as Adder;
  }

  get sums(): Json[] {
    return (this.board.hub.documents.get('sum')?.log ?? []).map(({ entry }) => entry);
  }

  checkpoint(): Promise<unknown> {
    return this.store.producer('markets', 'derived:adder').then((state) => state.checkpoint);
  }
}

const size = (topic: string, value: number | string, time = 7): Update => ({ topic, time, fields: { size: value } });
const settled = () => new Promise<void>((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));
const full = () => new StoreError('storage_full', 'no space', { retryInMs: 250 });

test('what follows from a batch is appended once, with its place, and is not shown to the deriver', async () => {
  const life = await new Life().start();
  await life.append(size('a', 1), size('b', 2));
  expect(life.adder.seen).toEqual(['a by feed', 'b by feed', 'settle 7']);
  expect(life.sums).toEqual([3]);
  expect(await life.checkpoint()).toEqual({ epoch: 'epoch', seq: 2, state: 3 });
});

test('one update that makes no sense does not end what follows from the others', async () => {
  const life = await new Life().start();
  await life.append(size('a', 'broken'), size('b', 2));
  expect(life.sums).toEqual([2]);
  expect(life.log.errors).toHaveLength(1);
});

test('a feed that happens to have its name is no output of its own', async () => {
  const life = await new Life().start();
  await life.store.append('markets', { producer: 'adder', updates: [size('a', 1)] });
  expect(life.sums).toEqual([1]);
});

test('a refused append is tried again when the store says; nothing is lost, doubled or out of order', async () => {
  const life = await new Life().start();
  life.store.refusal = full();
  await life.append(size('a', 1));
  await settled();
  await life.append(size('a', 2));
  await life.append(size('a', 3));
  clock.advance(249);
  await settled();
  expect([life.sums, life.log.warnings.length, life.infos.length]).toEqual([[], 1, 0]);
  clock.advance(1);
  await settled();
  expect([life.sums, life.log.warnings.length]).toEqual([[], 1]);
  life.store.refusal = undefined;
  clock.advance(250);
  await settled();
  expect(life.sums).toEqual([1, 3, 6]);
  expect(life.store.derived).toHaveLength(1);
  expect(life.infos).toHaveLength(1);
  expect(await life.checkpoint()).toEqual({ epoch: 'epoch', seq: 3, state: 6 });
});

test('a refusal without a time is tried again after a second', async () => {
  const life = await new Life().start();
  life.store.refusal = new StoreError('unavailable', 'away');
  await life.append(size('a', 1));
  await settled();
  life.store.refusal = undefined;
  clock.advance(999);
  await settled();
  expect(life.sums).toEqual([]);
  clock.advance(1);
  await settled();
  expect(life.sums).toEqual([1]);
});

test('one append at a time: what follows meanwhile goes together', async () => {
  const life = await new Life().start();
  const appends = [life.append(size('a', 1)), life.append(size('a', 2)), life.append(size('a', 3))];
  await Promise.all(appends);
  await settled();
  expect(life.sums).toEqual([1, 3, 6]);
  expect(life.store.derived.map(({ updates }) => updates.length)).toEqual([1, 2]);
});

test('a closed store ends it quietly', async () => {
  const life = await new Life().start();
  life.store.refusal = new StoreError('draining', 'closed');
  await life.append(size('a', 1));
  await settled();
  await life.append(size('a', 2));
  clock.advance(10_000);
  await settled();
  expect([life.log.errors, life.log.warnings]).toEqual([[], []]);
  expect(life.adder.seen).toHaveLength(2);
});

test('stopped, it stores nothing more', async () => {
  const life = await new Life().start();
  life.store.refusal = full();
  await life.append(size('a', 1));
  await settled();
  await life.runner.stop();
  life.store.refusal = undefined;
  await life.append(size('a', 2));
  clock.advance(10_000);
  await settled();
  expect(life.sums).toEqual([]);
});

test('after 1,000 updates that nothing followed from, the place is stored alone', async () => {
  const life = await new Life().start();
  for (let index = 0; index < 10; index++) await life.append(...Array.from({ length: 100 }, () => size('a', 0)));
  await settled();
  expect(life.store.derived).toEqual([
    { producer: 'derived:adder', updates: [], checkpoint: { epoch: 'epoch', seq: 1_000, state: 0 } },
  ]);
});

test('a restart goes on from the place: what was not stored follows once, batch by batch', async () => {
  const namespaceLog = new NamespaceLog('markets', 'epoch');
  const first = await new Life(namespaceLog).start();
  await first.append(size('a', 1));
  await settled();
  first.store.refusal = full();
  await first.append(size('a', 2, 8), size('b', 3, 9));
  await first.append(size('a', 4, 10));
  await settled();
  const second = await new Life(namespaceLog).start();
  expect(second.adder.seen).toEqual(['a by feed', 'b by feed', 'settle 9', 'a by feed', 'settle 10']);
  expect(second.adder.restored).toMatchObject({ foldedSeq: 1, state: 1 });
  expect(second.adder.restored?.unfolded).toHaveLength(3);
  await settled();
  expect(second.sums).toEqual([1, 6, 10]);
  expect(second.log.warnings).toEqual([]);
  const third = await new Life(namespaceLog).start();
  await settled();
  expect([third.sums, third.adder.seen]).toEqual([[1, 6, 10], []]);
});

test('without a place, and nothing of it in the log, all of the log is folded', async () => {
  const namespaceLog = new NamespaceLog('markets', 'epoch');
  const first = new Life(namespaceLog);
  await first.append(size('a', 1), size('b', 2));
  const second = await new Life(namespaceLog).start();
  await settled();
  expect([second.sums, second.adder.restored]).toEqual([[3], undefined]);
});

test('what is appended while it is being restored is folded once, whenever it comes', async () => {
  const namespaceLog = new NamespaceLog('markets', 'epoch');
  const first = await new Life(namespaceLog).start();
  await first.append(size('a', 1));
  await settled();
  const second = new Life(namespaceLog);
  second.store.beforeRead = async () => {
    await second.append(size('a', 2));
    second.store.beforeRead = () => second.append(size('a', 4));
  };
  const starting = second.start();
  const meanwhile = Promise.resolve().then(() => second.append(size('a', 8)));
  await Promise.all([starting, meanwhile]);
  await second.append(size('a', 16));
  await settled();
  expect(second.sums.at(-1)).toBe(31);
  expect(second.adder.seen.filter((seen) => !seen.startsWith('settle'))).toHaveLength(4);
});

test('a log that no longer reaches back is said once, and the documents are gone on from', async () => {
  const namespaceLog = new NamespaceLog('markets', 'epoch');
  const first = await new Life(namespaceLog).start();
  await first.append(size('a', 1));
  await settled();
  first.store.refusal = full();
  await first.append(size('a', 2));
  const second = new Life(namespaceLog);
  second.store.hasForgotten = true;
  await second.start();
  expect(second.log.warnings).toHaveLength(1);
  expect(second.adder.restored).toMatchObject({ foldedSeq: 3, state: undefined });
  await second.append(size('a', 4));
  await settled();
  expect(second.sums).toEqual([1, 5]);
});

test('a place in another epoch is none', async () => {
  const { documents } = new NamespaceLog('markets', 'old').state();
  const state = { lastId: 0, checkpoint: { epoch: 'old', seq: 900, state: 5 } };
  const life = new Life(
    NamespaceLog.restore('markets', { epoch: 'new', seq: 0, documents }, [['derived:adder', state]]),
  );
  await life.start();
  expect(life.adder.restored).toMatchObject({ foldedSeq: 0, state: undefined });
});

test('a place in the epoch that this one took over from is one, up to where both are the same', async () => {
  const resume = async (seq: number, continuesTo: number) => {
    const life = new Life();
    await life.append(size('a', 1), size('a', 2), size('a', 4));
    const checkpoint = { epoch: 'earlier', seq, state: 100 };
    await life.store.append('markets', { producer: 'derived:adder', updates: [], checkpoint });
    life.store.continues = { epoch: 'earlier', seq: continuesTo };
    await life.start();
    return life.adder.restored;
  };
  expect(await resume(2, 2)).toMatchObject({ foldedSeq: 2, state: 100 });
  expect(await resume(3, 2)).toMatchObject({ foldedSeq: 3, state: undefined });
});

test('what came to the board by loading it anew is derived from at once, and not only with the next batch', async () => {
  const life = await new Life().start();
  await life.append(size('a', 1));
  await settled();
  await life.store.replace(size('a', 2));
  await new Promise((done) => setImmediate(done));
  expect(life.sums).toEqual([1, 3]);
  await life.append(size('a', 4));
  await settled();
  expect(life.sums).toEqual([1, 3, 7]);
});
