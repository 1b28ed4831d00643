import { expect, it } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { Board } from './hub/board.ts';
import { Metrics } from './metrics.ts';
import { MemoryStore } from './store/memory-store.ts';
import { emptyLogs } from './store/namespace-log.ts';

it('counts for each namespace apart', async () => {
  const metrics = new Metrics();
  const markets = metrics.observe('markets');
  markets.updatesApplied(3);
  markets.updatesApplied(4);
  markets.flushed(3, 20);
  markets.repaired();
  markets.repairFailed(new Error('away'));
  metrics.observe('sports').updatesApplied(1);
  const text = await metrics.text();
  expect(text).toContain('bigboard_updates_total{namespace="markets"} 7');
  expect(text).toContain('bigboard_updates_total{namespace="sports"} 1');
  expect(text).toContain('bigboard_frames_total{namespace="markets"} 20');
  expect(text).toContain('bigboard_repairs_total{namespace="markets",outcome="done"} 1');
  expect(text).toContain('bigboard_repairs_total{namespace="markets",outcome="failed"} 1');
  expect(text).toContain('bigboard_flush_seconds_bucket{le="0.002",namespace="markets"} 0');
  expect(text).toContain('bigboard_flush_seconds_bucket{le="0.005",namespace="markets"} 1');
});

it("reads a board's figures when it is asked, not before", async () => {
  const metrics = new Metrics();
  const clock = new ManualClock();
  const store = new MemoryStore(
    clock,
    emptyLogs(() => 'one'),
  );
  const board = new Board('markets', await store.load('markets'), store, clock, 50, metrics.observe('markets'));
  metrics.watch(new Map([['markets', board]]), () => 7);
  board.start();
  await store.append('markets', { producer: 'p', updates: [{ topic: 'quote:A', time: 1, fields: { last: 1 } }] });
  const text = await metrics.text();
  expect(text).toContain('bigboard_seq{namespace="markets"} 1');
  expect(text).toContain('bigboard_topics{namespace="markets"} 1');
  expect(text).toContain('bigboard_readers{namespace="markets"} 0');
});

it('can be had twice in a process, as two servers in a test have it', async () => {
  const [one, two] = [new Metrics(), new Metrics()];
  one.observe('markets').updatesApplied(1);
  expect(await two.text()).not.toContain('bigboard_updates_total{');
});
