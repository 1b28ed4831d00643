import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemDisk, type Disk, type DiskFile } from '../src/journal/disk.ts';
import { HttpPusher } from './support/pushing.ts';
import { RunningBoard } from './support/running-board.ts';
import { ServerProcess } from './support/server-process.ts';
import { TokenList } from './support/token-list.ts';
import { Viewer } from './support/viewer.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bigboard-disk-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** The system's disk, but for an operation that fails. */
function failingDisk() {
  let failing: 'write' | 'sync' | undefined;
  let code = 'ENOSPC';
  const fail = (operation: string) => {
    if (operation === failing) throw Object.assign(new Error(`${code}: simulated`), { code, syscall: operation });
  };
  const disk: Disk = {
    ...systemDisk,
    async open(path, mode) {
      const file = await systemDisk.open(path, mode);
      return {
        write: async (bytes, position) => {
          // Half of it is there when the disk is full.
          if (failing === 'write') await file.write(bytes.subarray(0, bytes.length / 2), position);
          fail('write');
          return file.write(bytes, position);
        },
        sync: async () => {
          fail('sync');
          return file.sync();
        },
        truncate: (length) => file.truncate(length),
        read: (into, position) => file.read(into, position),
        close: () => file.close(),
      } satisfies DiskFile;
    },
  };
  const breakDown = (operation: typeof failing, reason: string) => {
    failing = operation;
    code = reason;
  };
  return { disk, breakDown };
}

const row = (id: number) => ({ id, topic: 'tape:a', time: id, fields: { last: id }, log: [id] });

it.each([
  ['write', 'ENOSPC', 507, 'storage_full'],
  ['write', 'EIO', 503, 'unavailable'],
  ['sync', 'EIO', 503, 'unavailable'],
] as const)(
  'refuses to store while a %s fails with %s, goes on showing, and recovers by itself',
  async (operation, reason, status, code) => {
    const { disk, breakDown } = failingDisk();
    await using tokens = await TokenList.create();
    const token = await tokens.add('lab', ['markets/*']);
    const environment = { DATA_DIR: dataDir, OWN_KINDS: 'tape', PRODUCER_TOKENS: tokens.file };
    const board = await RunningBoard.start({ disk, environment });
    const pusher = new HttpPusher(board.url, token);
    const push = async (id: number) => pusher.post('markets', 'p', JSON.stringify(row(id)));
    expect((await push(1)).status).toBe(200);
    await using viewer = await Viewer.connect(board.url);
    const { epoch } = await viewer.subscribe({ topics: ['tape:a'] });

    breakDown(operation, reason);
    const refused = await push(2);
    expect(refused.status).toBe(status);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(await refused.json()).toMatchObject({ ok: false, code });
    const ready = await fetch(`${board.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(JSON.stringify(await ready.json())).toContain('store: ');
    expect((await board.snapshot('markets', 'tape:a')).fields).toEqual({ last: 1 });
    await viewer.beat(({ to }) => to !== undefined);
    // Those who are here and those who come are told, in words; nothing is called live that cannot come.
    const told = await viewer.notice('unavailable');
    expect(told.message.length).toBeGreaterThan(10);
    await using newcomer = await Viewer.connect(board.url);
    expect(await newcomer.notice('unavailable')).toEqual(told);
    await viewer.beat(({ feeds }) => feeds['lab']?.state === 'stalled');

    breakDown(undefined, '');
    await vi.waitFor(async () => expect((await push(2)).status).toBe(200), { timeout: 10_000, interval: 100 });
    await viewer.frame(({ deltas }) => JSON.stringify(deltas).includes('"last":2'));
    for (const each of [viewer, newcomer]) await each.notice('restored');
    await viewer.beat(({ feeds }) => feeds['lab']?.state === 'running');
    expect(JSON.stringify(await (await fetch(`${board.url}/readyz`)).json())).not.toContain('store: ');
    board.log.errors.length = 0;
    await board.stop();

    await using again = await RunningBoard.start({ environment });
    const snapshot = await again.snapshot('markets', 'tape:a');
    expect(snapshot).toMatchObject({ epoch, fields: { last: 2 } });
    expect(snapshot.log.map(({ entry }) => entry)).toEqual([1, 2]);
  },
);

it('leaves nothing on disk of what it refused, though it ends before the disk is well', async () => {
  const { disk, breakDown } = failingDisk();
  await using tokens = await TokenList.create();
  const token = await tokens.add('lab', ['markets/*']);
  const environment = { DATA_DIR: dataDir, OWN_KINDS: 'tape', PRODUCER_TOKENS: tokens.file };
  const board = await RunningBoard.start({ disk, environment });
  const push = (time: number) =>
    new HttpPusher(board.url, token).post('markets', undefined, JSON.stringify({ topic: 'tape:a', time, log: [time] }));
  expect((await push(1)).status).toBe(200);
  const refusedOnce = async () => {
    breakDown('sync', 'EIO');
    const { status } = await push(2);
    breakDown(undefined, '');
    return status;
  };
  expect(await refusedOnce()).toBe(503);
  board.log.errors.length = 0;
  await board.stop();

  await using again = await RunningBoard.start({ environment });
  expect((await again.snapshot('markets', 'tape:a')).log.map(({ entry }) => entry)).toEqual([1]);
});

it('comes through a disk that is really full', { timeout: 60_000 }, async () => {
  // Only root may mount; elsewhere the disks above, which are told to fail, have to do.
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dataDir]).status === 0;
  if (!mounted) return console.log('No small file system could be mounted here: a full disk was only simulated.');
  try {
    await using tokens = await TokenList.create();
    const token = await tokens.add('lab', ['markets/*']);
    const environment = { DATA_DIR: dataDir, OWN_KINDS: 'tape', PRODUCER_TOKENS: tokens.file };
    await using server = new ServerProcess(environment);
    const url = await server.url();
    const pusher = new HttpPusher(url, token);
    let id = 0;
    const push = () => {
      const rows = Array.from({ length: 100 }, (_, index) => ({
        ...row(id + 1 + index),
        fields: { text: 'x'.repeat(1_000) },
      }));
      return pusher.post('markets', 'p', rows.map((each) => JSON.stringify(each)).join('\n'));
    };
    const fill = join(dataDir, 'other');
    await writeFile(fill, Buffer.alloc(1_000_000));
    let response = await push();
    for (; response.ok; response = await push()) id += 100;
    expect(response.status).toBe(507);
    expect(id).toBeGreaterThan(0);
    const shown = (await (await fetch(`${url}/api/topics/markets/tape:a`)).json()) as { log: { entry: number }[] };
    expect(shown.log.at(-1)?.entry).toBe(id);
    await rm(fill);
    await vi.waitFor(async () => expect((await push()).status).toBe(200), { timeout: 10_000, interval: 200 });
    server.kill('SIGKILL');
    await server.ended;
    await using again = new ServerProcess(environment);
    const there = await (await fetch(`${await again.url()}/api/topics/markets/tape:a`)).json();
    expect((there as typeof shown).log.at(-1)?.entry).toBe(id + 100);
  } finally {
    spawnSync('umount', [dataDir]);
  }
});
