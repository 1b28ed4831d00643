import type { Json } from '@bigboard/shared/json';
import type { Update } from '@bigboard/shared/update';
import { expect, it } from 'vitest';
import { DirectoryDeriver } from './directory.ts';

/** An update and who wrote it; the market feed if nobody is named. */
type Written = Update & { readonly by?: string };

/** The directory a viewer sees after these updates. */
function directoryOf(updates: readonly Written[]): Record<string, Json> {
  const deriver = new DirectoryDeriver('markets');
  const fields = new Map<string, Json>();
  for (const { by = 'market', ...update } of updates) {
    for (const derived of take(deriver, update, by)) {
      expect(derived.topic).toBe('topics');
      for (const [name, entry] of Object.entries(derived.fields ?? {})) {
        if (entry === null) fields.delete(name);
        else fields.set(name, entry);
      }
    }
  }
  return Object.fromEntries(fields);
}

/** One batch. */
function take(deriver: DirectoryDeriver, update: Update, by: string): readonly Update[] {
  deriver.fold(update, by);
  return deriver.settle();
}

const time = 1;

it('titles every topic of a stock by its name, in whatever order they come', () => {
  const quote = { topic: 'quote:ACME', time, fields: { name: 'Acme Corp', last: 5 } };
  const others: Written[] = [
    { topic: 'trades:ACME', time, log: [1] },
    { topic: 'candles:ACME:1m', time, log: [1], by: 'derived:candles' },
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
  expect(directoryOf([match, { topic: 'winprob:7', time, log: [1], by: 'derived:winprob' }])).toEqual({
    'match:7': { kind: 'match', title: 'Japan – Spain', feed: 'cup' },
    'winprob:7': { kind: 'winprob', title: 'Japan – Spain, win probability', feed: 'cup' },
  });
});

it('calls a topic by its id or kind while it has no title', () => {
  expect(
    directoryOf([
      { topic: 'quote:NEW', time, fields: { last: 1 } },
      { topic: 'weather:LON:hourly', time, fields: { name: 'London' } },
      { topic: 'movers', time, fields: {}, by: 'derived:movers' },
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
    { topic: 'winprob:7', time, log: [1], by: 'derived:winprob' },
    { topic: 'feed:cup', time, fields: { title: 'World Cup' }, by: 'cup' },
  ];
  const directory = directoryOf(updates);
  expect(Object.values(directory)).toMatchObject([
    { feed: 'cup' },
    { feed: 'cup' },
    { feed: 'cup', title: 'World Cup' },
  ]);
  expect(directoryOf([{ topic: 'movers', time, by: 'derived:movers' }])).toMatchObject({ movers: { feed: '' } });
});

it('does not name a feed that writes to another namespace only', () => {
  const updates: Written[] = [
    { topic: 'match:7', time, fields: {}, by: 'cup' },
    { topic: 'scores', time, fields: {}, by: 'derived:scores' },
  ];
  expect(directoryOf(updates)).toMatchObject({ scores: { feed: 'cup' } });
});

it('says nothing when nothing about a topic is new', () => {
  const deriver = new DirectoryDeriver('markets');
  const quote = { topic: 'quote:ACME', time, fields: { name: 'Acme', last: 1 } };
  expect(take(deriver, quote, 'market')).toHaveLength(1);
  expect(take(deriver, quote, 'market')).toEqual([]);
  expect(take(deriver, { topic: 'quote:ACME', time, fields: { last: 2 } }, 'market')).toEqual([]);
  expect(take(deriver, { topic: 'quote:ACME', time, reset: true, fields: { last: 2 } }, 'market')).toEqual([]);
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
  const deriver = new DirectoryDeriver('markets');
  const match = { topic: 'match:7', time, fields: { home: { name: 'A' }, away: { name: 'B' } } };
  take(deriver, match, 'market');
  expect(take(deriver, { topic: 'match:7', time: 2, reset: true }, 'market')).toEqual([
    { topic: 'topics', time: 2, fields: { 'match:7': null } },
  ]);
  expect(take(deriver, { topic: 'match:7', time: 3, reset: true }, 'market')).toEqual([]);
  expect(take(deriver, { ...match, time: 4 }, 'market')).toEqual([
    { topic: 'topics', time: 4, fields: { 'match:7': { kind: 'match', title: 'A – B', feed: 'market' } } },
  ]);
});

it('keeps things of different kinds apart that happen to have the same id', () => {
  const named: Written[] = [
    { topic: 'feed:cup', time, fields: { title: 'A replay' }, by: 'cup' },
    { topic: 'table:cup', time, fields: { title: 'Standings' }, by: 'derived:table' },
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

it('knows whoever pushes by the name of their feed, and leaves what is theirs theirs', () => {
  const directory = directoryOf([
    { topic: 'quote:ACME', time, fields: { last: 1 } },
    { topic: 'depth:ACME', time, fields: { bids: [] }, by: 'pushed:lab' },
    { topic: 'trades:BOLT', time, log: [1], by: 'pushed:lab:meter' },
    { topic: 'candles:ACME:1m', time, log: [1], by: 'derived:candles' },
    { topic: 'candles:BOLT:1m', time, log: [1], by: 'derived:candles' },
    { topic: 'watch', time, fields: {}, by: 'derived:watch' },
  ]);
  expect(Object.entries(directory).map(([topic, entry]) => [topic, (entry as { feed: Json }).feed])).toEqual([
    ['quote:ACME', 'market'],
    ['depth:ACME', 'lab'],
    ['trades:BOLT', 'lab'],
    ['candles:ACME:1m', 'market'],
    ['candles:BOLT:1m', 'lab'],
    ['watch', 'market'],
  ]);
});

it('follows a topic, and what is derived of it, to the feed that writes it now', () => {
  const updates: Written[] = [
    { topic: 'match:7', time, fields: {}, by: 'cup' },
    { topic: 'winprob:7', time, log: [1], by: 'derived:win-probability' },
    { topic: 'match:7', time, fields: {}, by: 'pushed:referee' },
  ];
  expect(directoryOf(updates)).toMatchObject({ 'match:7': { feed: 'referee' }, 'winprob:7': { feed: 'referee' } });
});

it('lets another feed answer for what is derived from all when the first has nothing left', () => {
  const updates: Written[] = [
    { topic: 'quote:A', time, fields: {}, by: 'old' },
    { topic: 'watch', time, fields: {}, by: 'derived:watch' },
    { topic: 'quote:B', time, fields: {}, by: 'new' },
    { topic: 'quote:A', time, reset: true, by: 'old' },
  ];
  expect(directoryOf(updates)).toMatchObject({ watch: { feed: 'new' } });
});
