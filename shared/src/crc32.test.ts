import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('the check value of the standard', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  expect(crc32('')).toBe(0);
});

test('agrees with zlib on the UTF-8 of any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => crc32(text) === zlibCrc32(text)));
});
