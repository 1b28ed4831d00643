import { expect, it } from 'vitest';
import { DEFAULT_LOG_LIMIT, logLimitOf } from './kinds.ts';

it.each([
  ['trades:ACME', 100],
  ['candles:ACME:1m', 480],
  ['candles:ACME:1d', 500],
])('keeps of %s as many entries as its kind says: %d', (topic, limit) => {
  expect(logLimitOf(topic)).toBe(limit);
});

it.each(['weather:LON', 'candles:ACME:2m', 'candles', 'constructor:x', 'toString', '__proto__', 'candles:a:valueOf'])(
  'keeps of %s, which it does not know, as many as of any other',
  (topic) => {
    expect(logLimitOf(topic)).toBe(DEFAULT_LOG_LIMIT);
  },
);
