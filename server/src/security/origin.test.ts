import { expect, it } from 'vitest';
import { isOriginAllowed } from './origin.ts';

const allowed = ['https://board.example'];

const LET_IN: readonly (readonly [origin: string | undefined, host: string | undefined, what: string])[] = [
  [undefined, 'board.example:3000', 'a program'],
  [undefined, undefined, 'a program that names no host'],
  ['http://board.example:3000', 'board.example:3000', 'its own page'],
  ['https://board.example', 'inner:3000', 'an allowed page behind a proxy'],
  ['http://board.example:3000', 'BOARD.example:3000', 'a host in capitals'],
  ['http://[::1]:3000', '[::1]:3000', 'an IPv6 address'],
  ['https://other.example', 'other.example', 'a page over TLS that ends in front of us'],
];

const KEPT_OUT: readonly (readonly [origin: string, host: string | undefined])[] = [
  ['https://evil.example', 'board.example'],
  ['null', 'board.example'],
  ['', 'board.example'],
  ['board.example', 'board.example'],
  ['http://board.example.evil.example', 'board.example'],
  ['http://evilboard.example', 'board.example'],
  ['http://board.example:80@evil.example', 'board.example'],
  ['http://board.example:3001', 'board.example:3000'],
  ['https://board.example.', 'other'],
  ['https://BOARD.example', 'other'],
  ['https://board.example/', 'other'],
  ['http://board.example', undefined],
];

it.each(LET_IN)('lets in %s at %s: %s', (origin, host) => {
  expect(isOriginAllowed(origin, host, allowed)).toBe(true);
});

it.each(KEPT_OUT)('keeps out %s at %s', (origin, host) => {
  expect(isOriginAllowed(origin, host, allowed)).toBe(false);
});
