import type { Json } from '@bigboard/shared/json';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { describe, expect, it } from 'vitest';
import { FeedLife, KeptStore } from '../../test/support/feed-lives.ts';
import { ManualClock } from '../../test/manual-clock.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { retireFeeds } from './retire.ts';

async function played(): Promise<FeedLife> {
  const life = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }));
  await life.pass(6_000);
  await life.runner.stop();
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

const isLed = async () => false;
const clock = new ManualClock();
const NOBODY = { running: [], pushing: undefined, isLed, clock };

it('removes what a feed wrote that runs no more, and nothing of others', async () => {
  const { store } = await played();
  expect(
    await retireFeeds(store, 'markets', await documentsOf(store), {
      running: ['world-cup'],
      pushing: undefined,
      isLed,
      clock,
    }),
  ).toEqual(['market']);
  expect(await topicsLeft(store)).toEqual(['quote:MINE', 'feed:me']);
});

it('leaves those that run', async () => {
  const { store } = await played();
  const before = await topicsLeft(store);
  expect(
    await retireFeeds(store, 'markets', await documentsOf(store), {
      running: ['market'],
      pushing: undefined,
      isLed,
      clock,
    }),
  ).toEqual([]);
  expect(await topicsLeft(store)).toEqual(before);
});

it('ends what a crash interrupted', async () => {
  const { store } = await played();
  const begin = store.history.length;
  await retireFeeds(store, 'markets', await documentsOf(store), NOBODY);
  for (let count = begin; count <= store.history.length; count++) {
    const again = new KeptStore(new ManualClock(), store.history.slice(0, count));
    await retireFeeds(again, 'markets', await documentsOf(again), NOBODY);
    expect(await topicsLeft(again)).toEqual(['quote:MINE', 'feed:me']);
  }
});

it('opens anew when the feed comes back', async () => {
  const before = await played();
  await retireFeeds(before.store, 'markets', await documentsOf(before.store), NOBODY);
  const after = await FeedLife.begin(new MarketSimulator({ seed: 7, symbols: 2 }), before.store.history);
  expect(await after.status('markets')).toMatchObject({ state: 'running', title: 'Simulated market' });
  expect((await after.topics('markets')).length).toBeGreaterThan(20);
});

it.each([
  ['nobody has taken it over when two turns have passed', false, ['market']],
  ['another instance takes it over meanwhile', true, []],
])('among several, removes what nobody leads only if %s', async (_what, isTaken, expected) => {
  const { store } = await played();
  const ownClock = new ManualClock();
  let looks = 0;
  const looked = async () => ++looks > 1 && isTaken;
  const suppliers = { running: [], pushing: undefined, isLed: looked, clock: ownClock };
  const retiring = retireFeeds(store, 'markets', await documentsOf(store), suppliers, {
    name: 'derive:markets',
    token: 1,
  });
  await new Promise((done) => setImmediate(done));
  ownClock.advance(2_900);
  await new Promise((done) => setImmediate(done));
  expect((await topicsLeft(store)).length).toBeGreaterThan(20);
  ownClock.advance(100);
  expect(await retiring).toEqual(expected);
});

describe('what is pushed', () => {
  const entry = (topic: string, feed: string) => ({ kind: topic.split(':')[0] as string, title: topic, feed });
  const OWNERS = [
    ['thing:a', 'lab'],
    ['thing:b', 'desk'],
    ['quote:ACME', 'lab'],
    ['candles:ACME:1m', 'lab'],
    // Named by one, traded by another: the candles are made of what is the other's.
    ['quote:BOTH', 'lab'],
    ['trades:BOTH', 'desk'],
    ['candles:BOTH:1m', 'lab'],
    // Of no feed: told as the first one's.
    ['watch', 'lab'],
  ] as const;

  async function pushed(state: Json | undefined): Promise<KeptStore> {
    const store = new KeptStore(new ManualClock(), []);
    const updates = OWNERS.map(([topic]) => ({ topic, time: 1, fields: { last: 1 } }));
    await store.append('markets', { producer: 'pushed:lab', updates });
    const live = { title: 'Mine', state: 'running', source: 'live' };
    const feeds = ['lab', 'desk'].map((name) => ({ topic: `feed:${name}`, time: 1, fields: live }));
    await store.append('markets', { producer: 'pushed:lab', updates: feeds });
    const fields = Object.fromEntries(OWNERS.map(([topic, feed]) => [topic, entry(topic, feed)]));
    await store.append('markets', {
      producer: 'derived:directory',
      updates: [{ topic: 'topics', time: 1, fields }],
      ...(state === undefined ? {} : { checkpoint: { epoch: 'epoch', seq: 10, state } }),
    });
    return store;
  }
  const STATE = { firstFeed: 'lab', shared: ['watch'] };
  const LEFT = ['thing:b', 'trades:BOTH', 'candles:BOTH:1m', 'watch', 'feed:desk', 'topics'];

  it('goes with the token, and nothing of others, whenever a crash interrupts it', async () => {
    const store = await pushed(STATE);
    const begin = store.history.length;
    const suppliers = { running: [], pushing: new Set(['desk']), isLed, clock };
    expect(await retireFeeds(store, 'markets', await documentsOf(store), suppliers)).toEqual(['lab']);
    expect(await topicsLeft(store)).toEqual(LEFT);
    for (let count = begin; count <= store.history.length; count++) {
      const again = new KeptStore(new ManualClock(), store.history.slice(0, count));
      await retireFeeds(again, 'markets', await documentsOf(again), suppliers);
      expect(await topicsLeft(again)).toEqual(LEFT);
    }
  });

  it.each([
    ['the token is there', STATE, new Set(['lab', 'desk'])],
    ['the list of tokens cannot be read', STATE, undefined],
    ['nobody knows who wrote what', undefined, new Set<string>()],
  ])('stays while %s', async (_what, state, pushing) => {
    const store = await pushed(state);
    const before = await topicsLeft(store);
    expect(
      await retireFeeds(store, 'markets', await documentsOf(store), { running: [], pushing, isLed, clock }),
    ).toEqual([]);
    expect(await topicsLeft(store)).toEqual(before);
  });
});
