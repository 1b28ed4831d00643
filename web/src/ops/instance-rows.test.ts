import type { InstanceStatus } from '@bigboard/shared/operations';
import { expect, test } from 'vitest';
import { instanceRows, leaders } from './instance-rows.ts';

const markets = (epoch: string, seq: number, p99 = 2) => ({
  markets: { epoch, seq, readers: 1, topics: 2, updatesPerSecond: 3, flushMs: { p50: 1, p99 } },
});

function instance(name: string, facts: Partial<InstanceStatus> = {}): InstanceStatus {
  return {
    instance: `${name}-1`,
    name,
    version: '1.0.0',
    uptimeMs: 1_000,
    isDraining: false,
    degraded: [],
    viewers: 1,
    namespaces: markets('E', 100),
    turnMs: { p50: 0, p99: 5 },
    leases: { 'feed:market': 'one' },
    store: { description: 'memory', repairs: 0, epochs: 0 },
    ...facts,
  };
}

const rows = (...instances: readonly InstanceStatus[]) => instanceRows({ at: 0, instances: [...instances] });

test('one that is well has nothing wrong with it', () => {
  const [row] = rows(instance('one'));
  expect(row).toMatchObject({ wrongs: [], leads: ['feed:market'], namespaces: [{ behindBy: 0, seq: 100 }] });
});

test('it is told how far behind the furthest of its epoch each one is', () => {
  const [one, two] = rows(
    instance('one', { namespaces: markets('E', 5_000) }),
    instance('two', { namespaces: markets('E', 100) }),
  );
  expect(one?.namespaces[0]?.behindBy).toBe(0);
  expect(two?.namespaces[0]?.behindBy).toBe(4_900);
  expect(two?.wrongs).toEqual(['markets: 4900 updates behind']);
});

test('of three the one in another epoch is marked, of two both are', () => {
  const other = instance('two', { namespaces: markets('F', 9) });
  expect(rows(instance('one'), other, instance('three')).map(({ wrongs }) => wrongs)).toEqual([
    [],
    ['markets: in another epoch'],
    [],
  ]);
  expect(rows(instance('one'), other).every(({ wrongs }) => wrongs.length === 1)).toBe(true);
});

test('what is wrong is told in words', () => {
  const [row] = rows(
    instance('one', {
      isDraining: true,
      degraded: ['store: Redis is away'],
      turnMs: { p50: 1, p99: 250 },
      namespaces: markets('E', 1, 180),
      store: {
        description: 'Redis',
        link: { isUp: false, sinceMs: 0 },
        failure: 'Redis is away',
        repairs: 0,
        epochs: 0,
      },
    }),
  );
  expect(row?.wrongs).toEqual([
    'is stopping',
    'store: Redis is away',
    'turns of the event loop take 250 ms',
    'markets: flushes take 180 ms',
  ]);
});

test('who leads is what most say', () => {
  const leases = { 'feed:market': 'two', 'derive:sports': 'one' };
  const status = { at: 0, instances: [instance('one'), instance('two', { leases }), instance('three', { leases })] };
  expect(leaders(status)).toEqual([
    ['derive:sports', 'one'],
    ['feed:market', 'two'],
  ]);
});
