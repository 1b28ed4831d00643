import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import { expect, it } from 'vitest';
import { DirectoryDeriver } from './directory.ts';

/** An update and who wrote it; the market feed if nobody is named. */
type Written = Update & { readonly by?: string };

/** The directory a viewer sees after these updates. */
function directoryOf(updates: readonly Written[], feeds = ['market', 'cup']): Record<string, Json> {
  const deriver = new DirectoryDeriver('markets', feeds);
  const fields = new Map<string, Json>();
  for (const { by = 'market', ...update } of updates) {
    for (const derived of deriver.fold(update, by)) {
      expect(derived.topic).toBe('topics');
      for (const [name, entry] of Object.entries(derived.fields ?? {})) {
        if (entry === null) fields.delete(name);
        else fields.set(name, entry);
      }
    }
  }
  return Object.fromEntries(fields);
}

const time = 1;

it('titles every topic of a stock by its name, in whatever order they come', () => {
  const quote = { topic: 'quote:ACME', time, fields: { name: 'Acme Corp', last: 5 } };
  const others: Written[] = [
    { topic: 'trades:ACME', time, log: [1] },
    { topic: 'candles:ACME:1m', time, log: [1], by: 'candles' },
    { topic: 'depth:ACME', time, fields: { bids: [] } },
  ];
  const expected = {
    'quote:ACME': { kind: 'quote', title: 'Acme Corp', feed: 'market' },
    'trades:ACME': { kind: 'trades', title: 'Acme Corp, trades', feed: 'market' },
    'candles:ACME:1m': { kind: 'candles', title: 'Acme Corp, candles, 1m', feed: 'market' },
    'depth:ACME': { kind: 'depth', title: 'Acme Corp, depth', feed: 'market' },
  };
  expect(directoryOf([quote, ...others])).toEqual(expected);
  expect(directoryOf([...others, quote])).toEqual(expected);
});

it('titles a match by its teams, and what belongs to it', () => {
  const match = { topic: 'match:7', time, fields: { home: { name: 'Japan' }, away: { name: 'Spain' } }, by: 'cup' };
  expect(directoryOf([match, { topic: 'winprob:7', time, log: [1], by: 'winprob' }])).toEqual({
    'match:7': { kind: 'match', title: 'Japan – Spain', feed: 'cup' },
    'winprob:7': { kind: 'winprob', title: 'Japan – Spain, win probability', feed: 'cup' },
  });
});

it('calls a topic by its id or kind while it has no title', () => {
  expect(
    directoryOf([
      { topic: 'quote:NEW', time, fields: { last: 1 } },
      { topic: 'weather:LON:hourly', time, fields: { name: 'London' } },
      { topic: 'movers', time, fields: {}, by: 'movers' },
    ]),
  ).toEqual({
    'quote:NEW': { kind: 'quote', title: 'NEW', feed: 'market' },
    'weather:LON:hourly': { kind: 'weather', title: 'LON, hourly', feed: 'market' },
    movers: { kind: 'movers', title: 'movers', feed: 'market' },
  });
});

it('names the feed that writes about a thing, for what is derived from it too', () => {
  const updates: Written[] = [
    { topic: 'match:7', time, fields: {}, by: 'cup' },
    { topic: 'winprob:7', time, log: [1], by: 'winprob' },
    { topic: 'feed:cup', time, fields: { title: 'World Cup' }, by: 'cup' },
  ];
  const directory = directoryOf(updates);
  expect(Object.values(directory)).toMatchObject([
    { feed: 'cup' },
    { feed: 'cup' },
    { feed: 'cup', title: 'World Cup' },
  ]);
  expect(directoryOf([{ topic: 'movers', time, by: 'movers' }], [])).toMatchObject({ movers: { feed: '' } });
});

it('does not name a feed that writes to another namespace only', () => {
  const updates: Written[] = [
    { topic: 'match:7', time, fields: {}, by: 'cup' },
    { topic: 'scores', time, fields: {}, by: 'scores' },
  ];
  expect(directoryOf(updates)).toMatchObject({ scores: { feed: 'cup' } });
});

it('says nothing when nothing about a topic is new', () => {
  const deriver = new DirectoryDeriver('markets', ['market']);
  const quote = { topic: 'quote:ACME', time, fields: { name: 'Acme', last: 1 } };
  expect(deriver.fold(quote, 'market')).toHaveLength(1);
  expect(deriver.fold(quote, 'market')).toEqual([]);
  expect(deriver.fold({ topic: 'quote:ACME', time, fields: { last: 2 } }, 'market')).toEqual([]);
  expect(deriver.fold({ topic: 'quote:ACME', time, reset: true, fields: { last: 2 } }, 'market')).toEqual([]);
  expect(deriver.settle()).toEqual([]);
});

it('renames every topic of a thing when its name changes', () => {
  const directory = directoryOf([
    { topic: 'quote:ACME', time, fields: { name: 'Acme' } },
    { topic: 'trades:ACME', time, log: [1] },
    { topic: 'quote:ACME', time, fields: { name: 'Acme Holdings' } },
  ]);
  expect(directory).toMatchObject({
    'quote:ACME': { title: 'Acme Holdings' },
    'trades:ACME': { title: 'Acme Holdings, trades' },
  });
});

it('takes a removed topic out, and in again when it comes back', () => {
  const deriver = new DirectoryDeriver('markets', ['market']);
  const match = { topic: 'match:7', time, fields: { home: { name: 'A' }, away: { name: 'B' } } };
  deriver.fold(match, 'market');
  expect(deriver.fold({ topic: 'match:7', time: 2, reset: true }, 'market')).toEqual([
    { topic: 'topics', time: 2, fields: { 'match:7': null } },
  ]);
  expect(deriver.fold({ topic: 'match:7', time: 3, reset: true }, 'market')).toEqual([]);
  expect(deriver.fold({ ...match, time: 4 }, 'market')).toEqual([
    { topic: 'topics', time: 4, fields: { 'match:7': { kind: 'match', title: 'A – B', feed: 'market' } } },
  ]);
});

it('keeps things of different kinds apart that happen to have the same id', () => {
  const named: Written[] = [
    { topic: 'feed:cup', time, fields: { title: 'A replay' }, by: 'cup' },
    { topic: 'table:cup', time, fields: { title: 'Standings' }, by: 'table' },
    { topic: 'quote:cup', time, fields: { name: 'Cup plc' } },
  ];
  const expected = {
    'feed:cup': { title: 'A replay', feed: 'cup' },
    'table:cup': { title: 'Standings' },
    'quote:cup': { title: 'Cup plc', feed: 'market' },
  };
  expect(directoryOf(named)).toMatchObject(expected);
  expect(directoryOf([...named, ...named])).toMatchObject(expected);
});

it('takes kinds and ids that are names of every object for what they are', () => {
  const topics = ['constructor', 'toString:a', '__proto__', '__proto__:x', 'quote:__proto__', 'valueOf:b:toString'];
  const directory = directoryOf(topics.map((topic) => ({ topic, time, fields: { name: 'N' } })));
  expect(
    Object.fromEntries(Object.entries(directory).map(([name, entry]) => [name, (entry as { title: Json }).title])),
  ).toEqual({
    constructor: 'constructor',
    'toString:a': 'a',
    ['__proto__']: '__proto__',
    '__proto__:x': 'x',
    'quote:__proto__': 'N',
    'valueOf:b:toString': 'b, toString',
  });
});
