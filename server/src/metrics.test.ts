import { expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

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

it('reads a gauge when it is asked, not before', async () => {
  const metrics = new Metrics();
  let readers = 1;
  metrics.gauge('bigboard_readers', 'Readers.', () => ({ markets: readers, sports: 0 }));
  readers = 5;
  const text = await metrics.text();
  expect(text).toContain('bigboard_readers{namespace="markets"} 5');
  expect(text).toContain('bigboard_readers{namespace="sports"} 0');
});

it('can be had twice in a process, as two servers in a test have it', async () => {
  const [one, two] = [new Metrics(), new Metrics()];
  one.observe('markets').updatesApplied(1);
  expect(await two.text()).not.toContain('bigboard_updates_total{');
});
