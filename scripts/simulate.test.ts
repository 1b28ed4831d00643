import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readRecording } from '@bigboard/server/feeds';
import { expect, it } from 'vitest';

const SIMULATE = fileURLToPath(new URL('simulate.ts', import.meta.url));
const SMALL = ['--symbols', '2', '--matches', '1', '--minutes', '1'];

function start(args: readonly string[]) {
  return spawn(process.execPath, ['--import', 'tsx', SIMULATE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: readonly string[]) {
  const child = start(args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

it('writes the same bytes for the same seed, and others for another', async () => {
  const [first, again, other] = await Promise.all([
    run(...SMALL, '--seed', '7'),
    run(...SMALL, '--seed', '7'),
    run(...SMALL, '--seed', '8'),
  ]);
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\d+ updates, 1 minutes\n$/) as string });
  // Not by toBe: it would print a difference of megabytes.
  expect(again.stdout === first.stdout).toBe(true);
  expect(other.stdout === first.stdout).toBe(false);
});

it('writes a gzipped recording of what else goes to standard output', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bigboard-simulate-'));
  const file = join(folder, 'day.ndjson.gz');
  const [toFile, toOutput] = await Promise.all([run(...SMALL, '--out', file), run(...SMALL)]);
  expect(toFile).toMatchObject({ code: 0, stdout: '' });
  expect(gunzipSync(await readFile(file)).toString() === toOutput.stdout).toBe(true);
  const { updates, badLineCount } = await readRecording(file);
  expect({ told: toFile.stderr, badLineCount }).toEqual({
    told: `${updates.length} updates, 1 minutes, in ${file}\n`,
    badLineCount: 0,
  });
  await rm(folder, { recursive: true });
});

it('tells how it is used', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--seed N') as string });
});

it.each([
  ['an unknown option', ['--sead', '7']],
  ['a speed of what is not pushed', [...SMALL, '--speed', '10']],
  ['a value that is none', ['--minutes', 'many']],
  ['a file it cannot write', [...SMALL, '--out', join(tmpdir(), 'no', 'such', 'folder', 'day.ndjson')]],
])('says in one line what is wrong with %s', async (_what, args) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^simulate: .+\n$/);
});

it('ends quietly when whoever reads has had enough', async () => {
  const child = start(['--minutes', '60']);
  const stderr = text(child.stderr);
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(await stderr).toBe('');
});
