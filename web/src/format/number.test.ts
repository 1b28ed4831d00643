import { expect, test } from 'vitest';
import { formatCompact, formatInteger, formatPercent, formatPrice, formatShare, formatSigned } from './number.ts';

test('prices keep the decimals of their instrument', () => {
  expect(formatPrice(1234.5, 2)).toBe('1,234.50');
  expect(formatPrice(1.0522, 4)).toBe('1.0522');
});

test('changes carry a sign of the width of a plus, zero carries none', () => {
  expect(formatSigned(4.22)).toBe('+4.22');
  expect(formatSigned(-0.3)).toBe('−0.30');
  expect(formatSigned(0)).toBe('0.00');
  expect(formatPercent(-1.864)).toBe('−1.86%');
});

test('a change that rounds to nothing has no sign', () => {
  expect(formatSigned(-0.001)).toBe('0.00');
});

test('volumes are short', () => {
  expect([1_840_000, 18_240, 840, 2_100_000_000].map(formatCompact)).toEqual([
    '1.84\u202fM',
    '18.2\u202fK',
    '840',
    '2.10\u202fB',
  ]);
});

test('what a feed has not told is a dash', () => {
  const missing = undefined as unknown as number;
  const formats = [formatPrice, formatPercent, formatSigned, formatShare, formatCompact, formatInteger];
  expect(new Set(formats.map((format) => format(missing)))).toEqual(new Set(['–']));
});

test('shares are whole percents', () => {
  expect(formatShare(0.664)).toBe('66%');
  expect([formatShare(0.996), formatShare(1)]).toEqual(['>99%', '100%']);
  expect([formatShare(0.004), formatShare(0)]).toEqual(['<1%', '0%']);
});
