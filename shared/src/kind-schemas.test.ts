import { expect, test } from 'vitest';
import { misfitOf } from './kind-schemas.ts';

const at = (topic: string, parts: object) => ({ topic, time: 0, ...parts });

test.each([
  ['some fields of a quote', 'quote:A', { fields: { last: 1.5 } }],
  ['a field deleted', 'quote:A', { fields: { bid: null } }],
  ["a field of an adopter's own", 'quote:A', { fields: { mood: 'fine' } }],
  ['a trade', 'trades:A', { log: [{ price: 1, size: 2, side: 'buy' }] }],
  ['a trade struck off', 'trades:A', { log: [{ corrects: 3 }] }],
  ['a row of the watchlist', 'watch', { fields: { A: null } }],
  ['a removal', 'quote:A', { reset: true }],
  ['a kind of an adopter', 'weather:oslo', { fields: { rain: ['much'] }, log: ['x'] }],
  ['a kind called like something every object has', 'constructor:x', { fields: { a: 1 } }],
])('%s fits', (_, topic, parts) => {
  expect(misfitOf('markets', at(topic, parts))).toBeUndefined();
});

test.each([
  ['a price that is a word', 'quote:A', { fields: { last: 'abc' } }, /^last: /],
  ['a trade of nothing', 'trades:A', { log: [{ price: 1, size: 0, side: 'buy' }] }, /./],
  ['a candle cut short', 'candles:A:1m', { log: [[1, 2, 3]] }, /./],
  ['a list for a row', 'watch', { fields: { A: [] } }, /^A/],
])('%s does not fit, and it is said why', (_, topic, parts, why) => {
  expect(misfitOf('markets', at(topic, parts))).toMatch(why);
});

test('a kind belongs to its namespace', () => {
  expect(misfitOf('sports', at('quote:A', { fields: { last: 'abc' } }))).toBeUndefined();
});
