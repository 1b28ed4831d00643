import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from './lib/paths.mjs';
import { changeTokens, readTokens } from './lib/token-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bigboard-token-'));
  file = path.join(folder, 'producer-tokens.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** `npm run token`, without npm. */
async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const argv = ['--import', 'tsx', path.join(ROOT, 'scripts', 'token.ts'), ...args];
  const env = { ...process.env, DATA_DIR: folder, PRODUCER_TOKENS: '' };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, argv, { cwd: ROOT, env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test('makes a token that is kept only as a digest, lists it, and revokes it', async () => {
  const made = await run('--topics', 'markets/quote:*,sports/*', '--name', 'lab', '--title', 'The lab', '--days', '2');
  expect(made.stdout).toMatch(/^bb_[A-Za-z0-9_-]{43}\n$/);
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(made.stdout.trim());
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['producer-tokens.json']);
  const [token] = await readTokens(file);
  expect(token).toMatchObject({
    name: 'lab',
    title: 'The lab',
    source: 'live',
    topics: ['markets/quote:*', 'sports/*'],
  });
  expect((token?.expiresAtMs ?? 0) - (token?.createdAtMs ?? 0)).toBe(2 * 86_400_000);

  expect((await run('--list')).stdout).toMatch(
    /^lab {2}"The lab" {2}live {2}markets\/quote:\*,sports\/\* {2}made .+, expires .+\n$/,
  );
  expect(await run('--topics', 'markets/*', '--name', 'lab')).toMatchObject({ code: 1, stdout: '' });
  expect((await run('--revoke', 'lab')).code).toBe(0);
  expect(await readTokens(file)).toEqual([]);
});

test('names what it was not told, and says in one line what is wrong', async () => {
  await run('--topics', 'markets/*');
  await run('--topics', 'markets/*');
  expect((await readTokens(file)).map(({ name }) => name)).toEqual(['push', 'push-2']);
  const wrong = [
    [],
    ['--topics', 'market/x'],
    ['--topics', 'markets/*', '--name', 'a:b'],
    ['--topics', 'markets/*', '--source', 'real'],
    ['--revoke', 'nobody'],
    ['--days'],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^token: .+\n$/);
  }
  await writeFile(file, 'garbage');
  expect(await run('--list')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not a list of tokens') as string,
  });
});

test('loses none of two changes made at once', async () => {
  const token = (name: string) => ({
    name,
    title: name,
    topics: ['markets/*'],
    sha256: '0'.repeat(64),
    createdAtMs: 0,
  });
  const changes = ['a', 'b', 'c', 'd'].map((name) => changeTokens(file, (tokens) => [...tokens, token(name)]));
  const done = (await Promise.allSettled(changes)).filter(({ status }) => status === 'fulfilled');
  expect(await readTokens(file)).toHaveLength(done.length);
  expect(done.length).toBeGreaterThan(0);
});
