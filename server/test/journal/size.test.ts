import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Update } from '@bigboard/shared/update';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { systemDisk, type Disk } from '../../src/journal/disk.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { LogLines } from '../support/log-lines.ts';

const MEBIBYTE = 1_048_576;
const SIZE_BYTES = (process.env['BIGBOARD_LONG'] ? 1_024 : 160) * MEBIBYTE;
const SYMBOLS = 200;
const ROWS = 200;

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bigboard-size-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

/** What the page of a market changes all the time: quotes, trades, depth. */
function row(count: number): Update {
  const symbol = `SYM${count % SYMBOLS}`;
  const time = 1_768_309_233_173 + count * 3;
  const price = 100 + (count % 977) / 100;
  const levels = Array.from({ length: 5 }, (_, level) => [price - level / 100, 100 + ((count * 7) % 900)]);
  if (count % 3 === 0) return { topic: `depth:${symbol}`, time, fields: { bids: levels, asks: levels } };
  if (count % 3 === 1) return { topic: `trades:${symbol}`, time, log: [{ price, size: 35, side: 'sell' }] };
  return { topic: `quote:${symbol}`, time, fields: { last: price, bid: price, ask: price + 0.01, volume: count } };
}

/** Counts what is read. */
function countingDisk(): { disk: Disk; readBytes: () => number } {
  let readBytes = 0;
  const disk: Disk = {
    ...systemDisk,
    async open(path, mode) {
      const file = await systemDisk.open(path, mode);
      return {
        write: (bytes, position) => file.write(bytes, position),
        sync: () => file.sync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
        async read(into, position) {
          const length = await file.read(into, position);
          readBytes += length;
          return length;
        },
      };
    },
  };
  return { disk, readBytes: () => readBytes };
}

it(`a journal of ${SIZE_BYTES / MEBIBYTE} MB is read from its newest two segments`, { timeout: 600_000 }, async () => {
  const counts = { bytes: 0, segments: 0 };
  const observer = {
    synced: (_durationMs: number, bytes: number) => void (counts.bytes += bytes),
    failed: () => undefined,
    recovered: () => undefined,
    rotated: () => void counts.segments++,
    rotationFailed: () => undefined,
  };
  const retention = { bytes: 2_048 * MEBIBYTE, ms: 86_400_000 };
  const settings = { dataDir, retention, skipCorrupt: false, newEpoch: () => 'epoch' };
  const log = new LogLines();
  const written = await openJournal(settings, systemDisk, systemClock, log, observer);
  const store = new MemoryStore(systemClock, written.logs, written.journal);
  const beganMs = performance.now();
  let count = 0;
  while (counts.bytes < SIZE_BYTES) {
    const batches = Array.from({ length: 10 }, () => Array.from({ length: ROWS }, () => row(++count)));
    await Promise.all(batches.map((updates) => store.append('markets', { producer: 'p', updates })));
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  const state = await store.load('markets');
  await store.close();

  const { disk, readBytes } = countingDisk();
  const openedMs = performance.now();
  const { logs, journal } = await openJournal(settings, disk, systemClock, log, observer);
  const openSeconds = (performance.now() - openedMs) / 1_000;
  const again = new MemoryStore(systemClock, logs, journal);
  expect(await again.load('markets')).toEqual(state);
  await again.close();
  console.log(
    `${count} updates, ${Math.round(counts.bytes / MEBIBYTE)} MB in ${counts.segments + 1} segments written in ` +
      `${seconds.toFixed(1)} s; opened in ${openSeconds.toFixed(2)} s, ${Math.round(readBytes() / MEBIBYTE)} MB read`,
  );
  expect(counts.segments).toBeGreaterThan(1);
  expect(readBytes()).toBeLessThan(72 * MEBIBYTE);
});
