import { expect, test } from 'vitest';
import { isInScope, scopeSchema } from './producer-token.ts';

test.each([
  ['markets/quote:*', 'markets', 'quote:ACME', true],
  ['markets/quote:*', 'markets', 'trades:ACME', false],
  ['markets/quote:*', 'sports', 'quote:ACME', false],
  ['markets/quote:ACME', 'markets', 'quote:ACME', true],
  ['markets/quote:ACME', 'markets', 'quote:ACME2', false],
  ['markets/*', 'markets', 'anything', true],
  ['*/sensor:*', 'sports', 'sensor:1', true],
  ['markets/quote', 'markets', 'quote:ACME', false],
] as const)('%s lets %s/%s be written: %s', (scope, namespace, topic, isAllowed) => {
  expect(scopeSchema.safeParse(scope).success).toBe(true);
  expect(isInScope([scope], namespace, topic)).toBe(isAllowed);
});

test.each([
  '',
  '*',
  'markets',
  'markets/',
  'market/quote:*',
  'markets/a b',
  'markets/a*b',
  'markets/a/b',
  '/a',
  '**/a',
])('takes %j for no scope', (scope) => {
  expect(scopeSchema.safeParse(scope).success).toBe(false);
});
