import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import { createFeeds, FeedListError } from './feed-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigboard-feeds-'));
  const header = formatHeader({ bigboard: 1, title: 'A day', source: 'me', licence: 'CC0', origin: 'recorded' });
  const line = formatUpdate({ namespace: 'markets', update: { topic: 'tape', time: 5, fields: { last: 1 } } });
  await writeFile(join(folder, 'a day!.ndjson'), header + line);
  await writeFile(join(folder, 'half.ndjson'), `${header}${line}no update\n`);
  await writeFile(join(folder, 'empty.ndjson'), '');
  await writeFile(join(folder, 'zip.ndjson.gz'), 'no gzip');
});
afterAll(() => rm(folder, { recursive: true }));

const create = (list: string, log = new LogLines()) =>
  createFeeds(list.replaceAll('DIR', folder), 1, new ManualClock(), log);

it('makes no feed of none', async () => {
  expect(await create('none')).toEqual([]);
});

it('makes the feeds of a list in its order, with their options', async () => {
  const feeds = await create('simulate?symbols=3, DIR/a day!.ndjson?speed=10&loop');
  expect(feeds.map(({ source }) => source)).toEqual(['simulated', 'recorded']);
  expect(feeds[1]).toMatchObject({ name: 'a-day-', title: 'A day', speed: 10 });
});

it('has names that can stand in a topic', async () => {
  for (const { name } of await create('simulate,world-cup,DIR/a day!.ndjson'))
    expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
});

it('plays what can be read of a recording, and says how much that is not', async () => {
  const log = new LogLines();
  expect(await create('DIR/half.ndjson', log)).toHaveLength(1);
  expect(log.warnings).toHaveLength(1);
});

it.each([
  ['', ''],
  ['simulate,', ''],
  ['nonsense', 'nonsense'],
  ['none,simulate', 'none'],
  ['Simulate', 'Simulate'],
  ['simulate,simulate?symbols=3', 'simulate?symbols=3'],
  ['simulate?symbols=0', 'simulate?symbols=0'],
  ['simulate?symbols=', 'simulate?symbols='],
  ['simulate?symbols=many', 'simulate?symbols=many'],
  ['simulate?symbols=1e9', 'simulate?symbols=1e9'],
  ['simulate?stocks=3', 'simulate?stocks=3'],
  ['simulate?__proto__=3', 'simulate?__proto__=3'],
  ['world-cup?speed=100001', 'world-cup?speed=100001'],
  ['DIR/a day!.ndjson?speed=0&loop', 'DIR/a day!.ndjson'],
  ['world-cup?speed=-1', 'world-cup?speed=-1'],
  ['world-cup?speed=NaN', 'world-cup?speed=NaN'],
  ['DIR/missing.ndjson', 'DIR/missing.ndjson'],
  ['DIR/empty.ndjson', 'DIR/empty.ndjson'],
  ['DIR/zip.ndjson.gz', 'DIR/zip.ndjson.gz'],
  ['DIR', 'DIR'],
])('says what is wrong with the list %j', async (list, item) => {
  const error: unknown = await create(list).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FeedListError);
  expect((error as Error).message.startsWith(item.replace('DIR', folder))).toBe(true);
  expect((error as Error).message).not.toContain('\n');
});
