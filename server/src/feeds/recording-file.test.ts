import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatHeader, formatUpdate, RecordingError } from '@bigboard/shared/recording';
import { readRecording } from './recording-file.ts';

const HEADER = { bigboard: 1, title: 'A day', source: 'here', licence: 'MIT', origin: 'recorded' } as const;
const ROW = { namespace: 'markets', update: { topic: 'quote:ACME', time: 5, fields: { last: 1 } } } as const;

describe('reading a recording', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bigboard-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('gives the same plain and gzipped', async () => {
    const text = formatHeader(HEADER) + formatUpdate(ROW);
    const plain = await readRecording(file('day.ndjson', text));
    expect(plain).toMatchObject({ header: HEADER, updates: [ROW], badLines: [], badLineCount: 0, isCut: false });
    expect(await readRecording(file('day.ndjson.gz', gzipSync(text)))).toEqual(plain);
  });

  it('leaves out broken lines, names the first ones and counts all', async () => {
    const broken = ['{', '{"topic":"quote:ACME","time":1}', '{"topic":"markets/quote:ACME"}', '7', 'x', 'y'];
    const text = formatHeader(HEADER) + broken.join('\n') + '\n' + formatUpdate(ROW);
    const recording = await readRecording(file('day.ndjson', text));
    expect(recording.updates).toEqual([ROW]);
    expect(recording.badLineCount).toBe(6);
    expect(recording.badLines.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
  });

  it('refuses what is no recording, by its first line', async () => {
    await expect(readRecording(file('a.ndjson', ''))).rejects.toThrow(new RecordingError(1, 'the file is empty'));
    await expect(readRecording(file('b.ndjson', 'hello\n'))).rejects.toThrow(RecordingError);
    await expect(readRecording(file('c.ndjson', '{"bigboard":2}\n'))).rejects.toThrow(/not a Bigboard recording/);
  });

  it('fails when the file is not there or is no gzip', async () => {
    await expect(readRecording(join(folder, 'none.ndjson'))).rejects.toThrow(/ENOENT/);
    await expect(readRecording(file('d.ndjson.gz', 'plain'))).rejects.toThrow(/header/);
  });

  it('reads a gzipped one that is cut short up to where it is cut', async () => {
    const random = Array.from({ length: 10_000 }, (_, time) => ({ ...ROW, update: { ...ROW.update, time } }));
    const whole = gzipSync(formatHeader(HEADER) + random.map(formatUpdate).join(''));
    for (const share of [0.3, 0.7, 0.99]) {
      const { updates, isCut, badLineCount } = await readRecording(
        file('cut.ndjson.gz', whole.subarray(0, Math.floor(whole.length * share))),
      );
      expect([isCut, badLineCount]).toEqual([true, 0]);
      expect(updates.length).toBeGreaterThan(1_000);
      expect(updates).toEqual(random.slice(0, updates.length));
    }
    await expect(readRecording(file('none.ndjson.gz', whole.subarray(0, 15)))).rejects.toThrow(RecordingError);
  });

  it('believes the last header', async () => {
    const later = { ...HEADER, title: 'Another', origin: 'simulated' } as const;
    const text = formatHeader(HEADER) + formatUpdate(ROW) + formatHeader(later) + formatUpdate(ROW);
    expect(await readRecording(file('day.ndjson', text))).toMatchObject({ header: later, updates: [ROW, ROW] });
    const broken = text + formatHeader(HEADER).slice(0, 30);
    expect(await readRecording(file('day.ndjson', broken))).toMatchObject({ header: later, badLineCount: 1 });
  });
});
