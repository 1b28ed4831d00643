import { watchRowSchema } from '@bigboard/shared/market';
import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import { WatchDeriver } from './watch.ts';

const acme: Update = {
  topic: 'quote:ACME',
  time: 1_000,
  fields: {
    symbol: 'ACME',
    name: 'Acme',
    sector: 'Energy',
    decimals: 2,
    last: 10,
    bid: 9.99,
    change: 1,
    changePercent: 11.11,
    volume: 500,
    status: 'open',
  },
};
const row = {
  name: 'Acme',
  sector: 'Energy',
  decimals: 2,
  last: 10,
  change: 1,
  changePercent: 11.11,
  volume: 500,
  status: 'open',
};

test('a row for each quote, whole, and told when what it shows changes', () => {
  const deriver = new WatchDeriver();
  deriver.fold(acme);
  expect(deriver.settle()).toEqual([{ topic: 'watch', time: 1_000, fields: { ACME: row } }]);
  expect(deriver.settle()).toEqual([]);
  deriver.fold({ topic: 'quote:ACME', time: 1_100, fields: { bid: 9.98 } });
  expect(deriver.settle()).toEqual([]);
  deriver.fold({ topic: 'quote:ACME', time: 1_200, fields: { last: 11, status: 'halted' } });
  deriver.fold({ topic: 'quote:ACME', time: 1_300, fields: { volume: 600 } });
  const changed = { ...row, last: 11, status: 'halted', volume: 600 };
  expect(deriver.settle()).toEqual([{ topic: 'watch', time: 1_300, fields: { ACME: changed } }]);
});

test('a quote with nothing but a price makes a row too', () => {
  const deriver = new WatchDeriver();
  deriver.fold({ topic: 'quote:X', time: 5, fields: { bid: 3 } });
  expect(deriver.settle()).toEqual([]);
  deriver.fold({ topic: 'quote:X', time: 5, fields: { last: 3, volume: 'much', status: 'asleep' } });
  const [update] = deriver.settle();
  expect(watchRowSchema.parse(update!.fields!['X'])).toMatchObject({ name: 'X', last: 3, volume: 0, status: 'open' });
});

test('a quote that is reset begins anew, one that is removed leaves the list', () => {
  const deriver = new WatchDeriver();
  deriver.fold(acme);
  deriver.settle();
  deriver.fold({ topic: 'quote:ACME', time: 2_000, reset: true, fields: { last: 4 } });
  expect(deriver.settle()[0]!.fields).toMatchObject({ ACME: { name: 'ACME', last: 4, volume: 0 } });
  deriver.fold({ topic: 'quote:ACME', time: 3_000, reset: true });
  expect(deriver.settle()).toEqual([{ topic: 'watch', time: 3_000, fields: { ACME: null } }]);
});

test('other topics are none of its business', () => {
  const deriver = new WatchDeriver();
  deriver.fold({ topic: 'depth:ACME', time: 1, fields: { last: 1 } });
  deriver.fold({ topic: 'quote', time: 1, fields: { last: 1 } });
  expect(deriver.settle()).toEqual([]);
});
