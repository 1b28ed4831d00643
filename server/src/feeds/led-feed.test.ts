import { expect, it } from 'vitest';
import { FeedLife, linesOf } from '../../test/support/feed-lives.ts';
import { StoreError, type Batch } from '../store/store.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';

const create = () => new MarketSimulator({ seed: 7, symbols: 2 });

it('plays on from what is stored each time it leads, with the ids it had', async () => {
  const life = await FeedLife.begin(create());
  await life.pass(10_000);
  await life.led.follow();
  expect(life.led.runner).toBeUndefined();
  const stored = life.store.history.length;
  await life.pass(10_000);
  expect(life.store.history).toHaveLength(stored);
  await life.led.lead(undefined);
  await life.pass(5_000);
  await life.led.follow();
  await life.led.lead(undefined);
  await life.pass(10_000);

  const undisturbed = await FeedLife.begin(create());
  await undisturbed.pass(30_000);
  const lines = linesOf(life.store.history, 'markets');
  expect(lines.length).toBeGreaterThan(200);
  expect(lines).toEqual(linesOf(undisturbed.store.history, 'markets').slice(0, lines.length));
  expect(life.log.warnings).toEqual([]);
});

it('opens anew when nothing is stored of it any more', async () => {
  const life = await FeedLife.begin(create());
  await life.pass(10_000);
  await life.led.follow();
  life.store.spoilProducer = () => ({ lastId: 0 });
  life.store.spoil = (batch) => ({ ...batch, producer: 'another' });
  const stored = life.store.history.length;
  await life.led.lead(undefined);
  await life.pass(5_000);
  const fresh = await FeedLife.begin(create());
  await fresh.pass(5_000);
  const lines = linesOf(life.store.history.slice(stored), 'markets');
  expect(lines).toEqual(linesOf(fresh.store.history, 'markets'));
});

it('appends nothing before an empty batch with the fence in each namespace, and nothing without it', async () => {
  const fence = { name: 'feed:market', token: 7 };
  const life = new FeedLife(create());
  const batches: Batch[] = [];
  let read = 0;
  life.store.spoil = (batch) => {
    batches.push(batch);
    return batch;
  };
  life.store.spoilProducer = (state) => {
    if (read++ === 0) expect(batches).toEqual([1, 2].map(() => ({ producer: 'market', updates: [], fence })));
    return state;
  };
  await life.led.lead(fence);
  await life.pass(10_000);
  expect(read).toBe(2);
  expect(batches.length).toBeGreaterThan(10);
  expect(batches.every((batch) => batch.fence === fence)).toBe(true);
});

it('ends when it is fenced off, and leads again when told to', async () => {
  const life = await FeedLife.begin(create());
  await life.pass(5_000);
  life.store.spoil = () => {
    throw new StoreError('fenced', 'another instance leads it');
  };
  const paused = life.runner.pause();
  const told = expect(paused).rejects.toMatchObject({ code: 'draining' });
  await life.pass(100);
  await told;
  expect(life.clock.pendingCount).toBe(0);
  life.store.spoil = (batch) => batch;
  const stored = life.store.history.length;
  await life.pass(20_000);
  expect(life.store.history).toHaveLength(stored);
  await life.led.follow();
  await life.led.lead(undefined);
  await life.pass(1_000);
  expect(await life.status('markets')).toMatchObject({ state: 'running' });
});
