import { foldUpdates } from '@bigboard/shared/fold';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHECKPOINT_MAX_LENGTH, StoreError, type AppendedBatch, type Store } from './store.ts';

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

    describe('of a producer that counts', () => {
      const numbered = (firstId: number, ...updates: Update[]) => {
        const ids = updates.map((_, index) => firstId + index);
        return { producer: 'p', updates, numbering: { firstId, lastId: firstId + updates.length - 1, ids } };
      };
      const times = ({ updates }: AppendedBatch) => updates.map(({ time }) => time);

      test('stores each id once, however batches overlap', async () => {
        const first = await store.append('markets', numbered(1, update('a', 1), update('a', 2)));
        expect(first).toMatchObject({ from: 0, to: 2, ids: [1, 2], lastId: 2 });
        const overlapping = await store.append('markets', numbered(2, update('a', 2), update('a', 3)));
        expect(overlapping).toMatchObject({ from: 2, to: 3, ids: [3], lastId: 3 });
        expect(times(overlapping)).toEqual([3]);
        const repeated = await store.append('markets', numbered(1, update('a', 1)));
        expect(repeated).toMatchObject({ from: 3, to: 3, updates: [], lastId: 3 });
        expect((await store.load('markets')).seq).toBe(3);
        expect(await store.producer('markets', 'p')).toEqual({ lastId: 3 });
      });

      test('refuses a gap whole, naming where to go on', async () => {
        await store.append('markets', numbered(1, update('a', 1)));
        const refusal = await store.append('markets', numbered(3, update('a', 3))).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(StoreError);
        expect(refusal).toMatchObject({ code: 'out_of_order', lastId: 1 });
        expect(await store.producer('markets', 'p')).toEqual({ lastId: 1 });
        expect(await store.append('markets', numbered(2, update('a', 2)))).toMatchObject({ from: 1, to: 2 });
      });

      test('uses up ids without an update', async () => {
        const numbering = { firstId: 1, lastId: 5, ids: [2, 4] };
        const updates = [update('a', 2), update('a', 4)];
        expect(await store.append('markets', { producer: 'p', updates, numbering })).toMatchObject({
          to: 2,
          ids: [2, 4],
          lastId: 5,
        });
        const rest = { producer: 'p', updates: [update('a', 4), update('a', 6)] };
        const next = await store.append('markets', { ...rest, numbering: { firstId: 4, lastId: 6, ids: [4, 6] } });
        expect(times(next)).toEqual([6]);
      });

      test('answers an empty batch with where it stands, and tells nobody', async () => {
        const heard: AppendedBatch[] = [];
        store.onAppended((batch) => heard.push(batch));
        const empty = { producer: 'p', updates: [], numbering: { firstId: 1, lastId: 0, ids: [] } };
        expect(await store.append('markets', empty)).toMatchObject({ from: 0, to: 0, lastId: 0 });
        expect(heard).toEqual([]);
      });

      test('keeps the numbers of each producer and namespace apart', async () => {
        await store.append('markets', numbered(1, update('a', 1)));
        await store.append('sports', numbered(1, update('a', 1)));
        const other = { ...numbered(1, update('a', 1)), producer: 'q' };
        expect(await store.append('markets', other)).toMatchObject({ to: 2, lastId: 1 });
        expect(await store.producer('sports', 'q')).toEqual({ lastId: 0 });
      });

      test('serves concurrent batches in the order they were handed in', async () => {
        const ids = Array.from({ length: 50 }, (_, index) => index + 1);
        const batches = await Promise.all(ids.map((id) => store.append('markets', numbered(id, update('a', id)))));
        expect(batches.map(({ to }) => to)).toEqual(ids);
      });
    });

    test('keeps the newest checkpoint of each producer, with or without updates', async () => {
      const checkpoint = { seed: 7, at: [1, 2.5, 'x', null] };
      expect(await store.producer('markets', 'p')).toEqual({ lastId: 0 });
      await store.append('markets', { producer: 'p', updates: [update('a', 1)], checkpoint: { seed: 1 } });
      await store.append('markets', { producer: 'p', updates: [], checkpoint });
      await append(update('a', 2));
      expect(await store.producer('markets', 'p')).toEqual({ lastId: 0, checkpoint });
      expect(await store.producer('markets', 'q')).toEqual({ lastId: 0 });
      expect((await store.load('markets')).seq).toBe(2);
    });

    test('refuses a checkpoint that is too large, and keeps the one before', async () => {
      await store.append('markets', { producer: 'p', updates: [], checkpoint: 1 });
      const checkpoint = 'x'.repeat(CHECKPOINT_MAX_LENGTH);
      const refusal = store.append('markets', { producer: 'p', updates: [update('a', 1)], checkpoint });
      await expect(refusal).rejects.toMatchObject({ code: 'too_large' });
      expect(await store.producer('markets', 'p')).toEqual({ lastId: 0, checkpoint: 1 });
      expect((await store.load('markets')).seq).toBe(0);
    });

    describe('of a producer that writes under a lease', () => {
      const under = (token: number, ...updates: Update[]) =>
        store.append('markets', { producer: 'p', updates, fence: { name: 'feed:p', token } });

      test('refuses an older token once a newer one was shown, and stores nothing of it', async () => {
        await under(7, update('a', 1));
        await under(7, update('a', 2));
        // An empty batch is enough: this is how a new holder ends the one before.
        expect(await under(1_795_229_596_399_123)).toMatchObject({ from: 2, to: 2, updates: [] });
        await expect(under(7, update('a', 3))).rejects.toMatchObject({ code: 'fenced', retryable: false });
        const checkpoint = { producer: 'p', updates: [], checkpoint: 1, fence: { name: 'feed:p', token: 7 } };
        await expect(store.append('markets', checkpoint)).rejects.toMatchObject({ code: 'fenced' });
        expect(await under(1_795_229_596_399_123, update('a', 4))).toMatchObject({ from: 2, to: 3 });
        expect(await store.producer('markets', 'p')).toEqual({ lastId: 0 });
      });

      test('keeps the tokens of each lease and namespace apart', async () => {
        await under(2, update('a', 1));
        const older = { producer: 'p', updates: [update('a', 2)] };
        await store.append('markets', { ...older, fence: { name: 'feed:q', token: 1 } });
        await store.append('sports', { ...older, fence: { name: 'feed:p', token: 1 } });
        await store.append('markets', older);
        expect((await store.load('markets')).seq).toBe(3);
      });
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
