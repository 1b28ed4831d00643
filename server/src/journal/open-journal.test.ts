import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Update } from '@bigboard/shared/update';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { RETAINED_UPDATES } from '../store/batch-window.ts';
import { testStore } from '../store/store.contract.ts';
import { systemDisk } from './disk.ts';
import { formatLine } from './line.ts';
import { JournalError, openJournal } from './open-journal.ts';

const observer = {
  synced: () => undefined,
  failed: () => undefined,
  recovered: () => undefined,
  rotated: () => undefined,
  rotationFailed: () => undefined,
};
const MEBIBYTE = 1_048_576;

let dataDir: string;
let log: LogLines;
let epochs = 0;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bigboard-journal-'));
  log = new LogLines();
});
afterEach(() => rm(dataDir, { recursive: true }));

async function open({ skipCorrupt = false, bytes = 2_048 * MEBIBYTE, clock = new ManualClock() } = {}) {
  const retention = { bytes, ms: 86_400_000 };
  const settings = { dataDir, retention, skipCorrupt, newEpoch: () => `epoch-${++epochs}` };
  const { logs, journal } = await openJournal(settings, systemDisk, clock, log, observer);
  return new MemoryStore(clock, logs, journal);
}

const update = (count: number): Update => ({
  topic: `tape:${count % 3}`,
  time: count,
  fields: { count },
  log: [count],
});

async function write(store: MemoryStore, from: number, to: number): Promise<void> {
  for (let id = from; id <= to; id++) {
    const numbering = { firstId: id, lastId: id, ids: [id] };
    await store.append('markets', { producer: 'p', updates: [update(id)], numbering, checkpoint: { id } });
  }
}

const segments = async () => (await readdir(join(dataDir, 'journal'))).filter((name) => name.endsWith('.ndjson'));
const newest = async () => join(dataDir, 'journal', (await segments()).at(-1) as string);

testStore('the store with a journal', async () => ({ store: await open(), retainedUpdates: RETAINED_UPDATES }));

it('goes on in the same epoch with all that was stored', async () => {
  const before = await open();
  await write(before, 1, 20);
  const state = await before.load('markets');
  await before.close();
  const store = await open();
  expect(await store.load('markets')).toEqual(state);
  expect(await store.producer('markets', 'p')).toEqual({ lastId: 20, checkpoint: { id: 20 } });
  await write(store, 21, 22);
  expect((await store.load('markets')).seq).toBe(22);
  expect(await store.readAfter('markets', 18)).toMatchObject([{ to: 19 }, { to: 20 }, { to: 21 }, { to: 22 }]);
  await store.close();
  expect(log.warnings).toEqual([]);
});

it('is a recording: every update stands in it as in any other, with its number', async () => {
  const store = await open();
  await write(store, 1, 2);
  await store.close();
  const lines = (await readFile(await newest(), 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(lines[0] as string)).toMatchObject({ bigboard: 1, journal: { version: 1, segment: 1 } });
  expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ ...update(2), topic: 'markets/tape:2', seq: 2, id: 2 });
});

describe('that ends anywhere', () => {
  it('goes on from its last whole batch, and says what it cut', async () => {
    const before = await open();
    await write(before, 1, 3);
    await before.close();
    const path = await newest();
    const whole = await readFile(path);
    const lastBatch = whole.lastIndexOf('{"batch"');
    for (let length = lastBatch + 1; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      const store = await open();
      expect((await store.load('markets')).seq).toBe(2);
      expect(await store.producer('markets', 'p')).toEqual({ lastId: 2, checkpoint: { id: 2 } });
      expect((await stat(path)).size).toBe(lastBatch);
      await store.close();
    }
    expect(log.warnings[0]).toMatchObject([{ path, tornBytes: 1 }, /cut short/]);
  });
});

it('that ends within its keyframes is damaged, however it came to that', async () => {
  const before = await open();
  await write(before, 1, 3);
  await before.close();
  const path = await newest();
  const whole = await readFile(path);
  const firstBatch = whole.indexOf('{"batch"');
  for (let length = 0; length < firstBatch; length += 11) {
    await writeFile(path, whole.subarray(0, length));
    await expect(open()).rejects.toThrow(JournalError);
  }
});

it('begins no new epoch for a torn end, though told to leave out what is damaged', async () => {
  const before = await open();
  await write(before, 1, 3);
  const { epoch } = await before.load('markets');
  await before.close();
  const path = await newest();
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, whole.length - 5));
  const store = await open({ skipCorrupt: true });
  expect(await store.load('markets')).toMatchObject({ epoch, seq: 2 });
  await store.close();
});

it('begins the next segment after as much as its keyframe takes, be that more than a segment should be', async () => {
  const store = await open({ bytes: 16 * MEBIBYTE });
  // Its keyframe is larger than an eighth of what is kept.
  for (let id = 1; id <= 15; id++) {
    const fields = { large: 'x'.repeat(200_000), id };
    await store.append('markets', { producer: 'p', updates: [{ topic: `tape:${id}`, time: id, fields }] });
  }
  for (let id = 1; id <= 300; id++) {
    await store.append('markets', { producer: 'p', updates: [{ topic: 'tape:1', time: id, fields: { id } }] });
  }
  const count = Number((await segments()).at(-1)?.slice(0, 8));
  expect(count).toBeLessThanOrEqual(3);
  await store.close();
  const again = await open({ bytes: 16 * MEBIBYTE });
  for (let id = 1; id <= 300; id++) {
    await again.append('markets', { producer: 'p', updates: [{ topic: 'tape:1', time: id, fields: { id } }] });
  }
  await again.close();
  expect(Number((await segments()).at(-1)?.slice(0, 8))).toBe(count);
});

describe('with a damaged byte', () => {
  it('names the line it is in, and starts only without what is damaged, in a new epoch', async () => {
    const before = await open();
    await write(before, 1, 4);
    const { epoch } = await before.load('markets');
    await before.close();
    const path = await newest();
    const whole = await readFile(path);
    for (let at = 5; at < whole.length - 1; at += 41) {
      if (whole[at] === 0x0a) continue;
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 1;
      await writeFile(path, damaged);
      const lineBegin = whole.lastIndexOf('\n', at - 1) + 1;
      const refusal = await open().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(JournalError);
      expect(String(refusal)).toContain(`${path} is damaged at byte ${lineBegin}`);
    }
    const firstUpdate = whole.indexOf('{"topic":"markets/tape:1"');
    whole[firstUpdate + 40] = 0x40;
    await writeFile(path, whole);
    const store = await open({ skipCorrupt: true });
    const state = await store.load('markets');
    expect(state).toMatchObject({ seq: 4 });
    expect(state.epoch).not.toBe(epoch);
    expect(state.documents.map(({ topic }) => topic)).toEqual(['tape:2', 'tape:0', 'tape:1']);
    expect(await store.readAfter('markets', 0)).toBeUndefined();
    expect(log.warnings.at(-1)).toMatchObject([{ skippedLines: 1 }, /left out/]);
    await store.close();
    // It is not met again.
    const after = await open();
    expect(await after.load('markets')).toEqual(state);
    await after.close();
  });

  it('falls back to the segment before when the keyframe is what cannot be read', async () => {
    const store = await open({ bytes: 16 * MEBIBYTE });
    const large = 'x'.repeat(200_000);
    for (let id = 1; id <= 25; id++) {
      await store.append('markets', { producer: 'p', updates: [{ topic: 'tape:1', time: id, fields: { large, id } }] });
    }
    await store.close();
    expect((await segments()).length).toBeGreaterThan(1);
    const path = await newest();
    const bytes = await readFile(path);
    bytes[bytes.indexOf('{"document"') + 30] = 0x40;
    await writeFile(path, bytes);
    await expect(open()).rejects.toThrow(JournalError);
    const repaired = await open({ skipCorrupt: true });
    const [document] = (await repaired.load('markets')).documents;
    expect(document?.fields.find(([name]) => name === 'id')).toEqual(['id', 25, 25]);
    await repaired.close();
  });
});

it('deletes what is older or more than is kept, and never the newest two', async () => {
  const clock = new ManualClock();
  const store = await open({ bytes: 16 * MEBIBYTE, clock });
  const large = 'x'.repeat(200_000);
  for (let id = 1; id <= 150; id++) {
    await store.append('markets', { producer: 'p', updates: [{ topic: 'tape:1', time: id, fields: { large, id } }] });
  }
  await store.close();
  const names = await segments();
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dataDir, 'journal', name))).size));
  expect(Number(names[0]?.slice(0, 8))).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(19 * MEBIBYTE);
  const after = await open({ clock: new ManualClock(Date.now() + 90_000_000) });
  expect(await segments()).toHaveLength(2);
  expect((await after.load('markets')).seq).toBe(150);
  await after.close();
});

it('sets a journal of another version aside, says so, and begins anew', async () => {
  const before = await open();
  await write(before, 1, 3);
  await before.close();
  const path = await newest();
  const header = { bigboard: 1, journal: { version: 99 } };
  await writeFile(path, formatLine(header) + 'who knows\n');
  const store = await open();
  expect((await store.load('markets')).seq).toBe(0);
  await store.close();
  const aside = (await readdir(dataDir)).find((name) => name.startsWith('journal-set-aside-')) as string;
  expect(await readdir(join(dataDir, aside))).toEqual(['00000001.ndjson']);
  expect(log.warnings).toHaveLength(1);
});

it('belongs to one server at a time, and to nobody after that one was killed', async () => {
  const store = await open();
  await expect(open()).rejects.toThrow(/in use by another server/);
  // As another process sees it, and one that knows the process by another number or not at all.
  const holder = `import { createServer } from 'node:net'; createServer().listen(process.argv[1], () => console.log('up'));`;
  await store.close();
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, join(dataDir, 'lock')]);
  await once(child.stdout, 'data');
  await expect(open()).rejects.toThrow(/in use by another server/);
  child.kill('SIGKILL');
  await once(child, 'close');
  // What it left is there, and keeps nobody out; of many that come at once, one gets in.
  expect(await readdir(dataDir)).toContain('lock');
  const openings = await Promise.allSettled(Array.from({ length: 8 }, () => open()));
  const opened = openings.flatMap((opening) => (opening.status === 'fulfilled' ? [opening.value] : []));
  expect(opened).toHaveLength(1);
  await opened[0]?.close();
  expect(await readdir(dataDir)).toEqual(['journal']);
});

it('is locked in a folder whose path is longer than the address of a socket may be', async () => {
  const short = dataDir;
  dataDir = join(dataDir, 'x'.repeat(120));
  const store = await open();
  await expect(open()).rejects.toThrow(/in use by another server/);
  await store.close();
  await (await open()).close();
  dataDir = short;
});

it('says in one line that its folder cannot be used', async () => {
  await writeFile(join(dataDir, 'file'), '');
  dataDir = join(dataDir, 'file');
  await expect(open()).rejects.toThrow(/^DATA_DIR=.*file cannot be used: ENOTDIR/);
  dataDir = join(dataDir, '..');
});
