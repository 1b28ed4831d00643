import { moversSchema, type Mover } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { MoversDeriver } from './movers.ts';

function quote(symbol: string, changePercent: number, sector = 'Energy'): Update {
  return { topic: `quote:${symbol}`, time: 0, fields: { last: 100 + changePercent, changePercent, sector } };
}

function symbols(movers: unknown): string[] {
  return (movers as Mover[]).map(({ symbol }) => symbol);
}

test('the strongest five each way, indices and the unmoved left out', () => {
  const deriver = new MoversDeriver();
  const changes = { A: 1, B: 7, C: -2, D: 3, E: 0, F: 4, G: -9, H: 2, I: 2, J: 5 };
  for (const [symbol, change] of Object.entries(changes)) deriver.fold(quote(symbol, change));
  deriver.fold(quote('IDX', 50, 'Index'));
  const [update, ...others] = deriver.settle(10_000);
  expect(others).toEqual([]);
  const { up, down } = moversSchema.parse(update!.fields);
  expect(symbols(up)).toEqual(['B', 'J', 'F', 'D', 'H']);
  expect(symbols(down)).toEqual(['G', 'C']);
  expect(up[0]).toEqual({ symbol: 'B', last: 107, changePercent: 7 });
});

test('is ranked anew every two seconds of stream time at most, and told only if it changed', () => {
  const deriver = new MoversDeriver();
  deriver.fold(quote('A', 1));
  deriver.fold(quote('B', -1));
  expect(deriver.settle(10_000)).toHaveLength(1);
  deriver.fold(quote('A', 2));
  expect(deriver.settle(11_999)).toEqual([]);
  expect(deriver.settle(12_000)).toEqual([
    { topic: 'movers', time: 12_000, fields: { up: [{ symbol: 'A', last: 102, changePercent: 2 }] } },
  ]);
  deriver.fold({ topic: 'quote:A', time: 0, fields: { bid: 5 } });
  expect(deriver.settle(14_000)).toEqual([]);
});

test('is ranked at once when a replay starts over', () => {
  const deriver = new MoversDeriver();
  deriver.fold(quote('A', 1));
  deriver.settle(10_000);
  deriver.fold(quote('A', 3));
  expect(deriver.settle(9_000)).toHaveLength(1);
});

test('a removed quote leaves the list', () => {
  const deriver = new MoversDeriver();
  deriver.fold(quote('A', 1));
  deriver.fold(quote('B', 2));
  deriver.settle(10_000);
  deriver.fold({ topic: 'quote:B', time: 0, reset: true });
  expect(symbols(deriver.settle(20_000)[0]!.fields!['up'])).toEqual(['A']);
});

test('the last quote takes the list with it, at once: nothing may come after', () => {
  const deriver = new MoversDeriver();
  deriver.fold(quote('A', 1));
  deriver.settle(10_000);
  deriver.fold({ topic: 'quote:A', time: 0, reset: true });
  expect(deriver.settle(10_001)).toEqual([{ topic: 'movers', time: 10_001, reset: true }]);
  expect(deriver.settle(20_000)).toEqual([]);
});
