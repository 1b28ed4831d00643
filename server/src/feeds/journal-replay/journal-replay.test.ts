import { appendFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldUpdates } from '@bigboard/shared/fold';
import { COMPUTED_KINDS } from '@bigboard/shared/kinds';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { parseTopic, VIEWER_NAMESPACES } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningBoard, type HttpSnapshot } from '../../../test/support/running-board.ts';
import { formatLine } from '../../journal/line.ts';
import { formatBatch, formatHeaderLine } from '../../journal/records.ts';
import { segmentPath } from '../../journal/segment-name.ts';
import type { AppendedBatch } from '../../store/store.ts';
import type { Feed } from '../feed.ts';
import { MarketSimulator } from '../market-simulator/market-simulator.ts';
import { openJournalReplay } from './open-journal-replay.ts';

const BEGAN_MS = 1_700_000_000_000;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'bigboard-journal-'))));
afterEach(() => rm(folder, { recursive: true }));

const options = { name: 'journal' };

/** All it plays, and when. */
function play(feed: Feed): (NamespacedUpdate & { readonly dueTimeMs: number })[] {
  const rows = [...feed.opening()].map((row) => ({ ...row, dueTimeMs: feed.startTimeMs }));
  for (let next = feed.next(); next !== undefined; next = feed.next()) rows.push(next);
  return rows;
}

function contents(rows: readonly NamespacedUpdate[]): Record<string, unknown> {
  const documents = { markets: new Map<string, TopicDocument>(), sports: new Map<string, TopicDocument>() };
  rows.forEach(({ namespace, update }, index) => foldUpdates(documents[namespace], index, [update]));
  return Object.fromEntries(
    VIEWER_NAMESPACES.flatMap((namespace) =>
      [...documents[namespace].values()].map((document) => [`${namespace}/${document.topic}`, contentOf(document)]),
    ),
  );
}

function contentOf(document: TopicDocument) {
  return { fields: document.values(), log: document.log.map(({ time, entry }) => ({ time, entry })) };
}

function batch(from: number, times: readonly number[], parts: Partial<AppendedBatch> = {}): AppendedBatch {
  const updates = times.map((time): Update => ({ topic: 'note:1', time, log: [time] }));
  const acceptedAtMs = BEGAN_MS + from * 1_000;
  return {
    namespace: 'markets',
    epoch: 'E',
    producer: 'p',
    from,
    to: from + times.length,
    updates,
    acceptedAtMs,
    ...parts,
  };
}

function keyframe(seq: number, ...documents: readonly TopicDocument[]): string {
  const head = formatLine({ keyframe: 'markets', epoch: 'E', seq, documents: documents.length, producers: 1 });
  const states = documents.map((document) => formatLine({ document: document.state() })).join('');
  return head + states + formatLine({ producer: 'p', lastId: 0 });
}

it('plays what a board has kept, so that all but what is computed is there again', async () => {
  const feeds = [new MarketSimulator({ seed: 7, symbols: 2 })];
  const environment = { DATA_DIR: folder };
  let note: HttpSnapshot;
  {
    await using board = await RunningBoard.start({ feeds, environment });
    board.push('sports', { topic: 'note:1', time: 5, fields: { a: 1 }, log: ['x', { corrects: 1, y: 2 }] });
    board.push('sports', { topic: 'note:1', time: 6, fields: { a: null, b: 2 } });
    await expect.poll(async () => (await board.snapshot('sports', 'note:1')).fields).toEqual({ b: 2 });
    note = await board.snapshot('sports', 'note:1');
  }
  const rows = play(await openJournalReplay(folder, options));
  const topics = new Set(rows.map(({ update }) => parseTopic(update.topic).kind));
  for (const kind of COMPUTED_KINDS) expect([...topics]).not.toContain(kind);
  const opening = [...new MarketSimulator({ seed: 7, symbols: 2 }).opening()];
  expect(rows.filter(({ namespace }) => namespace === 'markets').slice(0, opening.length)).toMatchObject(opening);
  const log = note.log.map(({ time, entry }) => ({ time, entry }));
  expect(contents(rows)['sports/note:1']).toEqual({ fields: note.fields, log });
});

it('plays each update once where segments overlap, when it was accepted', async () => {
  await writeFile(
    segmentPath(folder, 1),
    formatHeaderLine(1, BEGAN_MS, 1) +
      keyframe(0) +
      formatBatch(batch(0, [1, 2]), true) +
      formatBatch(batch(2, [3]), true),
  );
  await writeFile(
    segmentPath(folder, 2),
    formatHeaderLine(2, BEGAN_MS, 1) +
      keyframe(2) +
      formatBatch(batch(2, [3]), true) +
      formatBatch(batch(3, [4, 5]), true),
  );
  const rows = play(await openJournalReplay(folder, options));
  expect(rows.map(({ update: { time }, dueTimeMs }) => [time, dueTimeMs - BEGAN_MS])).toEqual([
    [1, 0],
    [2, 0],
    [3, 2_000],
    [4, 3_000],
    [5, 3_000],
  ]);
});

it('begins with what was there, and corrects the right entries', async () => {
  const document = new TopicDocument('note:1', 0);
  for (let seq = 1; seq <= 300; seq++) document.apply({ topic: 'note:1', time: seq, log: [seq] }, seq);
  const watch = new TopicDocument('watch', 0);
  watch.apply({ topic: 'watch', time: 1, fields: { A: 1 } }, 1);
  const updates: Update[] = [
    { topic: 'note:1', time: 301, log: [301, { corrects: 250 }] },
    { topic: 'note:1', time: 302, log: [{ corrects: 301, right: true }] },
  ];
  const stored = batch(300, [], { updates, to: 302 });
  await writeFile(
    segmentPath(folder, 3),
    formatHeaderLine(3, BEGAN_MS, 1) + keyframe(300, document, watch) + formatBatch(stored, true),
  );
  const rows = play(await openJournalReplay(folder, options));
  updates.forEach((update, index) => document.apply(update, 301 + index));
  const played = contents(rows)['markets/note:1'] as ReturnType<typeof contentOf>;
  const plain = ({ log }: ReturnType<typeof contentOf>) =>
    log.map(({ time, entry }) => [time, typeof entry === 'object' ? '' : entry]);
  expect(plain(played)).toEqual(plain(contentOf(document)));
  expect(contents(rows)['markets/watch']).toBeUndefined();
});

it('corrects the right entries of a topic that has begun anew', async () => {
  const document = new TopicDocument('note:1', 0);
  for (let seq = 1; seq <= 4; seq++) document.apply({ topic: 'note:1', time: seq, log: [seq] }, seq);
  document.apply({ topic: 'note:1', time: 5, log: [{ corrects: 2 }] }, 5);
  const updates: Update[] = [
    { topic: 'note:1', time: 6, log: ['six', { corrects: 3, reset: true }] },
    { topic: 'note:1', time: 7, log: [{ corrects: 6, right: 6 }] },
    { topic: 'note:1', time: 8, reset: true, log: [1, 2, 3, 4, 5, 6] },
    {
      topic: 'note:1',
      time: 9,
      log: [
        { corrects: 6, right: 6 },
        { corrects: 2, right: 2 },
      ],
    },
  ];
  const stored = batch(5, [], { updates, to: 9 });
  await writeFile(
    segmentPath(folder, 1),
    formatHeaderLine(1, BEGAN_MS, 1) + keyframe(5, document) + formatBatch(stored, true),
  );
  const rows = play(await openJournalReplay(folder, options));
  const plain = ({ log }: ReturnType<typeof contentOf>) =>
    log.map(({ entry }) => (typeof entry === 'object' ? { ...entry, corrects: 0 } : entry));
  for (let count = 1; count <= updates.length; count++) {
    document.apply(updates[count - 1] as Update, 5 + count);
    const played = contents(rows.slice(0, rows.length - updates.length + count))['markets/note:1'];
    expect(plain(played as ReturnType<typeof contentOf>)).toEqual(plain(contentOf(document)));
  }
});

it('lets others have their turns while a large journal is read, and tells how far it is', async () => {
  const text = Array.from({ length: 4_000 }, (_, index) =>
    formatBatch(batch(index, [index], { checkpoint: 'x'.repeat(1_000) }), true),
  ).join('');
  await writeFile(segmentPath(folder, 1), formatHeaderLine(1, BEGAN_MS, 1) + keyframe(0) + text);
  const { size } = await stat(segmentPath(folder, 1));
  let turns = 0;
  const countTurn = () => {
    turns++;
    next = setImmediate(countTurn);
  };
  let next = setImmediate(countTurn);
  const told: { readonly bytes: number; readonly totalBytes: number; readonly turns: number }[] = [];
  await openJournalReplay(folder, options, (bytes, totalBytes) => told.push({ bytes, totalBytes, turns }));
  clearImmediate(next);
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(new Set(told.map((each) => each.turns)).size).toBe(told.length);
  expect(told.map(({ bytes }) => bytes)).toEqual([...new Set(told.map(({ bytes }) => bytes))].sort((a, b) => a - b));
  expect(told.at(-1)).toMatchObject({ bytes: size, totalBytes: size });
});

it('leaves out what was computed, what feeds said of themselves, and a batch that was cut short', async () => {
  const path = segmentPath(folder, 1);
  const derived = batch(1, [2], { producer: 'derived:candles' });
  const status = batch(2, [], { updates: [{ topic: 'feed:p', time: 1, fields: { source: 'live' } }], to: 3 });
  const text = [batch(0, [1]), derived, status, batch(3, [4])].map((each) => formatBatch(each, true)).join('');
  await writeFile(path, formatHeaderLine(1, BEGAN_MS, 1) + keyframe(0) + text);
  await appendFile(path, formatBatch(batch(4, [5, 6]), true).slice(0, -10));
  expect(play(await openJournalReplay(folder, options)).map(({ update }) => update.time)).toEqual([1, 4]);
});

describe('a hole of zeros, as a power cut leaves it,', () => {
  /** Two batches, and the hole in the second. @param sinceEnd where it begins, in bytes before the second one's end */
  function holed(sinceEnd: number): Buffer {
    const whole = Buffer.from(
      formatHeaderLine(1, BEGAN_MS, 1) +
        keyframe(0) +
        formatBatch(batch(0, [1]), true) +
        formatBatch(batch(1, [2, 3]), true),
    );
    return whole.fill(0, whole.length - sinceEnd, whole.length - 10);
  }
  const isSynced = true;

  it.each([40, 150, 250])('leaves out what was being written at the end: %d bytes', async (sinceEnd) => {
    await writeFile(segmentPath(folder, 1), holed(sinceEnd));
    await appendFile(segmentPath(folder, 1), formatBatch(batch(3, [4]), !isSynced));
    expect(play(await openJournalReplay(folder, options)).map(({ update }) => update.time)).toEqual([1]);
  });

  it('is damage when more was stored after it', async () => {
    await writeFile(segmentPath(folder, 1), holed(150));
    await appendFile(segmentPath(folder, 1), formatBatch(batch(3, [4]), isSynced));
    await expect(openJournalReplay(folder, options)).rejects.toThrow('segment 1 of the journal: zeros');
  });

  it('is damage in a segment that others follow', async () => {
    await writeFile(segmentPath(folder, 1), holed(150));
    await writeFile(segmentPath(folder, 2), formatHeaderLine(2, BEGAN_MS, 1) + keyframe(3));
    await expect(openJournalReplay(folder, options)).rejects.toThrow('segment 1 of the journal: zeros');
  });
});

it('tells of each namespace what its feeds said of themselves', async () => {
  const told = (title: string, source: string, more: object) => ({
    ...{
      title,
      state: 'running',
      source,
      staged: null,
      reason: null,
      speed: 1,
      lastEventTime: 7,
      leader: 'a',
      ...more,
    },
  });
  const status = (from: number, namespace: 'markets' | 'sports', topic: string, fields: object) => {
    const updates = [{ topic, time: 1, fields: { ...fields } }];
    return formatBatch(batch(from, [], { namespace, updates, to: from + 1, producer: topic }), true);
  };
  const cup = told('2022 World Cup', 'recorded', { speed: 30, staged: true });
  await writeFile(
    segmentPath(folder, 1),
    formatHeaderLine(1, BEGAN_MS, 1) +
      status(0, 'markets', 'feed:lab', told('Lab', 'live', {})) +
      status(1, 'markets', 'feed:market', told('Market', 'simulated', {})) +
      status(0, 'sports', 'feed:cup', cup) +
      status(1, 'sports', 'feed:cup', { ...cup, lastEventTime: 99 }),
  );
  expect(await openJournalReplay(folder, options)).toMatchObject({
    sources: { markets: 'simulated', sports: 'recorded' },
    titles: { markets: 'Lab, Market (from a journal)', sports: '2022 World Cup (from a journal)' },
    staged: ['sports'],
    streams: { markets: { timeMs: 7, speed: 1 }, sports: { timeMs: 7, speed: 30 } },
  });
});

it('goes on from a state of itself, and seeks', async () => {
  const text = Array.from({ length: 50 }, (_, index) => formatBatch(batch(index, [index]), true)).join('');
  await writeFile(segmentPath(folder, 1), formatHeaderLine(1, BEGAN_MS, 1) + keyframe(0) + text);
  const feed = await openJournalReplay(folder, options);
  for (const row of feed.opening()) void row;
  for (let count = 0; count < 20; count++) feed.next();
  const restored = await openJournalReplay(folder, options);
  expect(restored.restore(feed.state())).toBe(true);
  expect(restored.next()).toEqual(feed.next());
  feed.seek(BEGAN_MS + 3_500);
  expect([feed.next(), feed.next(), feed.next(), feed.next(), feed.next()].map((next) => next?.update.time)).toEqual([
    0, 1, 2, 3, 4,
  ]);
});

it.each([
  ['a folder without segments', async () => undefined, 'no segment of a journal'],
  [
    'another file of that name',
    () => writeFile(segmentPath(folder, 1), '{"a":1}\n'),
    'segment 1 of the journal: no checksum',
  ],
])('says what is wrong with %s', async (_what, prepare, message) => {
  await prepare();
  await expect(openJournalReplay(folder, options)).rejects.toThrow(message);
});
