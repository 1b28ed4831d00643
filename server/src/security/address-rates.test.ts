import { expect, test } from 'vitest';
import { AddressRates } from './address-rates.ts';

test('each address has a burst and a rate of its own', () => {
  const rates = new AddressRates(2, 10);
  expect([rates.take('a', 0), rates.take('a', 0), rates.take('a', 0)]).toEqual([undefined, undefined, 100]);
  expect(rates.take('b', 0)).toBeUndefined();
  expect(rates.take('a', 100)).toBeUndefined();
});

test('many addresses are not all remembered: the one seen longest ago starts afresh', () => {
  const rates = new AddressRates(1, 1);
  rates.take('first', 0);
  rates.take('second', 0);
  for (let index = 0; index < 9_999; index++) rates.take(String(index), 0);
  expect(rates.take('second', 0)).toBe(1_000);
  expect(rates.take('first', 0)).toBeUndefined();
});
