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
    expect(plain).toMatchObject({ header: HEADER, updates: [ROW], badLines: [], badLineCount: 0 });
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

  it('fails when the file is not there, or is no gzip, or is cut short', async () => {
    await expect(readRecording(join(folder, 'none.ndjson'))).rejects.toThrow(/ENOENT/);
    await expect(readRecording(file('d.ndjson.gz', 'plain'))).rejects.toThrow(/header/);
    const whole = gzipSync(formatHeader(HEADER) + formatUpdate(ROW).repeat(10_000));
    await expect(readRecording(file('e.ndjson.gz', whole.subarray(0, whole.length - 20)))).rejects.toThrow(
      /unexpected end/,
    );
  });
});
