import { expect, test } from 'vitest';
import { parseRoute, pathOf, type Route } from './route.ts';

const ROUTES: readonly (readonly [string, Route])[] = [
  ['/', { page: 'board' }],
  ['/s/BRK.B', { page: 'symbol', symbol: 'BRK.B' }],
  ['/m/2022-64', { page: 'match', match: '2022-64' }],
  ['/t/markets/sensor:boiler-1', { page: 'topic', namespace: 'markets', topic: 'sensor:boiler-1' }],
  ['/t/sports/queue:e.mails:eu_1', { page: 'topic', namespace: 'sports', topic: 'queue:e.mails:eu_1' }],
  ['/ops', { page: 'ops' }],
  ['/t/nowhere/sensor:a', { page: 'not-found', path: '/t/nowhere/sensor:a' }],
  ['/t/markets/', { page: 'not-found', path: '/t/markets/' }],
  ['/t/markets/a:b:c:d', { page: 'not-found', path: '/t/markets/a:b:c:d' }],
  ['/t/markets/%E0%A4', { page: 'not-found', path: '/t/markets/%E0%A4' }],
  ['/s/', { page: 'not-found', path: '/s/' }],
  ['/s/a/b', { page: 'not-found', path: '/s/a/b' }],
  ['/s/%3Cb%3E', { page: 'not-found', path: '/s/%3Cb%3E' }],
];

test.each(ROUTES)('%s', (path, route) => {
  expect(parseRoute(path)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

test('a trailing slash is the same page', () => {
  expect(parseRoute('/s/KIKO/')).toEqual({ page: 'symbol', symbol: 'KIKO' });
});

test('a link to a topic may have its colons escaped', () => {
  const route = { page: 'topic', namespace: 'markets', topic: 'queue:emails:eu' };
  expect(parseRoute('/t/markets/queue%3Aemails%3aeu')).toEqual(route);
});
