import { expect, test } from 'vitest';
import { findTopics, groupOwnTopics, pageOf } from './own-topics.ts';

const entry = (kind: string, title: string) => ({ kind, title, feed: 'own' });
const directories = {
  markets: {
    topics: entry('topics', 'topics'),
    'feed:own': entry('feed', 'Own'),
    'quote:ACME': entry('quote', 'Acme'),
    'sensor:boiler-10': entry('sensor', 'boiler-10'),
    'sensor:boiler-2': entry('sensor', 'boiler-2'),
    'build:main': entry('build', 'main'),
    'match:7': entry('match', '7'),
  },
  sports: {
    'match:7': entry('match', 'Japan – Spain'),
    'sensor:turnstile': entry('sensor', 'turnstile'),
    'constructor:x': entry('constructor', 'x'),
  },
};
const namesOf = (groups: ReturnType<typeof groupOwnTopics>) =>
  groups.map(({ namespace, kind, topics }) => [`${namespace}/${kind}`, topics.map(({ topic }) => topic)]);

test('topics of kinds a namespace does not know stand in groups, numbers in their names in order', () => {
  expect(namesOf(groupOwnTopics(directories))).toEqual([
    ['markets/build', ['build:main']],
    ['sports/constructor', ['constructor:x']],
    ['markets/match', ['match:7']],
    ['markets/sensor', ['sensor:boiler-2', 'sensor:boiler-10']],
    ['sports/sensor', ['sensor:turnstile']],
  ]);
});

test('a board without any has no groups, and neither has one that is loading', () => {
  expect(groupOwnTopics({ sports: { scores: entry('scores', 'scores') } })).toEqual([]);
  expect(groupOwnTopics({ markets: undefined })).toEqual([]);
});

test('a topic is found by words of its name and title', () => {
  const groups = groupOwnTopics(directories);
  expect(namesOf(findTopics(groups, ' Boiler 10 '))).toEqual([['markets/sensor', ['sensor:boiler-10']]]);
  expect(findTopics(groups, '  ')).toBe(groups);
  expect(findTopics(groups, 'nothing')).toEqual([]);
});

test('a topic of a known kind has a page where it is shown for what it is', () => {
  expect(pageOf('markets', 'candles:ACME:1m')).toBe('/s/ACME');
  expect(pageOf('sports', 'match:7')).toBe('/m/7');
  expect(pageOf('markets', 'match:7')).toBeUndefined();
  expect(pageOf('markets', 'watch')).toBeUndefined();
});
