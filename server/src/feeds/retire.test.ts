import { TopicDocument } from '@bigboard/shared/topic-document';
import { expect, it } from 'vitest';
import { FeedLife, KeptStore } from '../../test/support/feed-lives.ts';
import { ManualClock } from '../../test/manual-clock.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { retireFeeds } from './retire.ts';

async function played(): Promise<FeedLife> {
  const life = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }));
  await life.pass(6_000);
  life.runner.stop();
  await life.store.append('markets', {
    producer: 'me',
    updates: [{ topic: 'quote:MINE', time: 1, fields: { last: 1 } }],
  });
  const live = { topic: 'feed:me', time: 1, fields: { title: 'Mine', state: 'running', source: 'live' } };
  await life.store.append('markets', { producer: 'me', updates: [live] });
  return life;
}

async function documentsOf(store: KeptStore): Promise<TopicDocument[]> {
  return (await store.load('markets')).documents.map((state) => TopicDocument.restore(state));
}

async function topicsLeft(store: KeptStore): Promise<string[]> {
  return (await documentsOf(store)).filter(({ removed }) => !removed).map(({ topic }) => topic);
}

it('removes what a feed wrote that runs no more, and nothing of others', async () => {
  const { store } = await played();
  expect(await retireFeeds(store, 'markets', await documentsOf(store), ['world-cup'])).toEqual(['market']);
  expect(await topicsLeft(store)).toEqual(['quote:MINE', 'feed:me']);
});

it('leaves those that run', async () => {
  const { store } = await played();
  const before = await topicsLeft(store);
  expect(await retireFeeds(store, 'markets', await documentsOf(store), ['market'])).toEqual([]);
  expect(await topicsLeft(store)).toEqual(before);
});

it('ends what a crash interrupted', async () => {
  const { store } = await played();
  const begin = store.history.length;
  await retireFeeds(store, 'markets', await documentsOf(store), []);
  for (let count = begin; count <= store.history.length; count++) {
    const again = new KeptStore(new ManualClock(), store.history.slice(0, count));
    await retireFeeds(again, 'markets', await documentsOf(again), []);
    expect(await topicsLeft(again)).toEqual(['quote:MINE', 'feed:me']);
  }
});

it('opens anew when the feed comes back', async () => {
  const before = await played();
  await retireFeeds(before.store, 'markets', await documentsOf(before.store), []);
  const after = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }), before.store.history);
  expect(await after.status('markets')).toMatchObject({ state: 'running', title: 'Simulated market' });
  expect((await after.topics('markets')).length).toBeGreaterThan(20);
});
