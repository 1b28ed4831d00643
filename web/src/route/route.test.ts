import { expect, test } from 'vitest';
import { parseRoute, pathOf, type Route } from './route.ts';

const ROUTES: readonly (readonly [string, Route])[] = [
  ['/', { page: 'board' }],
  ['/s/BRK.B', { page: 'symbol', symbol: 'BRK.B' }],
  ['/m/2022-64', { page: 'match', match: '2022-64' }],
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
