import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError, type AppendedBatch, type Store } from './store.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Updates after which it may forget the oldest. */
  readonly retainedUpdates: number;
}

function update(topic: string, time: number, parts: Partial<Update> = {}): Update {
  return { topic, time, fields: { value: time }, ...parts };
}

/** What every store has to do, whatever keeps its logs. @param open makes a store with empty logs */
export function testStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: Store;
    let retainedUpdates: number;
    beforeEach(async () => {
      ({ store, retainedUpdates } = await open());
    });
    afterEach(() => store.close());

    const append = (...updates: Update[]) => store.append('markets', { producer: 'p', updates });

    test('numbers the updates of each namespace from 1, without a hole', async () => {
      expect(await append(update('a', 1), update('b', 2))).toMatchObject({ namespace: 'markets', from: 0, to: 2 });
      expect(await append(update('a', 3))).toMatchObject({ from: 2, to: 3, producer: 'p', updates: [update('a', 3)] });
      expect(await store.append('sports', { producer: 'q', updates: [update('c', 1)] })).toMatchObject({
        from: 0,
        to: 1,
      });
    });

    test('gives concurrent batches numbers of their own, each in one piece', async () => {
      const batches = await Promise.all(
        Array.from({ length: 20 }, (_, index) => append(update('a', index), update('a', index))),
      );
      const spans = batches.map(({ from, to }) => [from, to]).sort(([a], [b]) => (a ?? 0) - (b ?? 0));
      expect(spans).toEqual(Array.from({ length: 20 }, (_, index) => [index * 2, index * 2 + 2]));
    });

    test('keeps one epoch, which the namespaces do not share', async () => {
      const { epoch } = await append(update('a', 1));
      expect((await append(update('a', 2))).epoch).toBe(epoch);
      expect((await store.load('markets')).epoch).toBe(epoch);
      expect((await store.load('sports')).epoch).not.toBe(epoch);
      expect(epoch).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
    });

    test('lets listeners hear each batch once, in order, before the append is done', async () => {
      const heard: AppendedBatch[] = [];
      store.onAppended((batch) => heard.push(batch));
      const first = await append(update('a', 1));
      expect(heard).toEqual([first]);
      const rest = await Promise.all([append(update('a', 2)), append(update('a', 3)), append(update('a', 4))]);
      expect(heard.map(({ from }) => from)).toEqual([0, 1, 2, 3]);
      expect(rest.map(({ to }) => to).sort()).toEqual([2, 3, 4]);
    });

    test('keeps the order for all listeners when one of them appends', async () => {
      const heard: number[] = [];
      const answers: Promise<AppendedBatch>[] = [];
      store.onAppended(({ to }) => {
        if (to === 1) answers.push(append(update('b', 1)));
      });
      store.onAppended(({ to }) => heard.push(to));
      await append(update('a', 1));
      await Promise.all(answers);
      expect(heard).toEqual([1, 2]);
    });

    test('stops telling whoever stopped listening', async () => {
      const heard: number[] = [];
      const stop = store.onAppended(({ to }) => heard.push(to));
      await append(update('a', 1));
      stop();
      await append(update('a', 2));
      expect(heard).toEqual([1]);
    });

    test('reads what came after any number, in order', async () => {
      for (let time = 1; time <= 5; time++) await append(update('a', time), update('b', time));
      for (let seq = 0; seq <= 10; seq++) {
        const batches = (await store.readAfter('markets', seq)) as readonly AppendedBatch[];
        const numbered = batches.flatMap(({ from, updates }) =>
          updates.map((each, index) => [from + 1 + index, each.time]),
        );
        const missing = numbered.filter(([number]) => (number as number) > seq);
        expect(missing.map(([number]) => number)).toEqual(
          Array.from({ length: 10 - seq }, (_, index) => seq + 1 + index),
        );
        expect(missing.map(([, time]) => time)).toEqual(missing.map(([number]) => Math.ceil((number as number) / 2)));
        expect(batches.every(({ from }, index) => from === (index === 0 ? from : batches[index - 1]?.to))).toBe(true);
      }
      expect(await store.readAfter('markets', 11)).toEqual([]);
      expect(await store.readAfter('sports', 0)).toEqual([]);
    });

    test('says so when the log no longer reaches back that far', async () => {
      const thousand = Array.from({ length: 1_000 }, (_, index) => update('a', index));
      for (let count = 0; count <= retainedUpdates; count += 1_000) await append(...thousand);
      expect(await store.readAfter('markets', 0)).toBeUndefined();
      const { seq } = await store.load('markets');
      expect(await store.readAfter('markets', seq - 1)).toHaveLength(1);
    });

    test('loads what folding the log gives, with all a document remembers', async () => {
      const updates = [
        update('a', 1, { log: ['one'] }),
        update('b', 2),
        update('a', 3, { fields: { value: null }, log: ['two', { corrects: 1 }] }),
        update('b', 4, { reset: true, fields: {} }),
        update('c', 5, { reset: true }),
      ];
      for (const each of updates) await append(each);
      const documents = new Map<string, TopicDocument>();
      foldUpdates(documents, 0, updates);
      const state = await store.load('markets');
      expect(state.seq).toBe(5);
      const byTopic = [...state.documents].sort((a, b) => (a.topic < b.topic ? -1 : 1));
      expect(byTopic).toEqual([...documents.values()].map((document) => document.state()));
    });

    test('is empty before anything was written', async () => {
      expect(await store.load('markets')).toMatchObject({ seq: 0, documents: [] });
    });

    test('takes nothing more once closed', async () => {
      const heard: number[] = [];
      store.onAppended(({ to }) => heard.push(to));
      await store.close();
      await expect(append(update('a', 1))).rejects.toThrow(StoreError);
      expect(heard).toEqual([]);
      await store.close();
    });
  });
}
