import { expect, it } from 'vitest';
import { labelFeeds, type RecordedFeed } from './feed-labels.ts';

const market: RecordedFeed = { title: 'Market', source: 'simulated', speed: 1, beganAtMs: 9_000 };
const cup: RecordedFeed = { title: '2022 World Cup', source: 'recorded', staged: true, speed: 30, beganAtMs: 5_000 };
const lab: RecordedFeed = { title: 'Lab', source: 'live', speed: 1, beganAtMs: 7_000 };

const label = (markets: readonly RecordedFeed[], sports: readonly RecordedFeed[]) =>
  labelFeeds({ markets, sports }, (titles) => `${titles} (captured)`);

it('labels each namespace by its own feeds', () => {
  expect(label([market], [cup])).toEqual({
    origin: 'recorded',
    origins: { markets: 'simulated', sports: 'recorded' },
    titles: { markets: 'Market (captured)', sports: '2022 World Cup (captured)' },
    staged: ['sports'],
    streams: { markets: { timeMs: 9_000, speed: 1 }, sports: { timeMs: 5_000, speed: 30 } },
  });
  expect(label([market], [])).toMatchObject({ origin: 'simulated', origins: { markets: 'simulated' }, staged: [] });
});

it('calls what is mixed the least real of it, and what was live recorded', () => {
  expect(label([lab, market], [lab, cup])).toEqual({
    origin: 'recorded',
    origins: { markets: 'simulated', sports: 'recorded' },
    titles: { markets: 'Lab, Market (captured)', sports: 'Lab, 2022 World Cup (captured)' },
    staged: ['sports'],
    streams: { markets: { timeMs: 9_000, speed: 1 }, sports: { timeMs: 7_000, speed: 1 } },
  });
});

it('knows no clock of a feed that played as fast as it went', () => {
  expect(label([], [{ ...cup, speed: 0 }]).streams).toEqual({ sports: { timeMs: 5_000, speed: 1 } });
  expect(label([], [])).toMatchObject({ origin: 'recorded', origins: {}, titles: {}, staged: [] });
});
