import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunningBoard } from './support/running-board.ts';
import { ServerProcess } from './support/server-process.ts';

async function lastWords(environment: Readonly<Record<string, string>>): Promise<unknown> {
  await using server = new ServerProcess(environment);
  const { code } = await server.ended;
  return { code, stdout: server.stdout, stderr: server.stderr };
}

const says = (stderr: string | RegExp) => ({
  code: 1,
  stdout: '',
  stderr: typeof stderr === 'string' ? `Bigboard cannot start: ${stderr}\n` : (expect.stringMatching(stderr) as string),
});

it('says in one line what is wrong when its settings cannot be used', async () => {
  const [port, level] = await Promise.all([
    lastWords({ PORT: '80000' }),
    lastWords({ LOG_LEVEL: 'silent', FLUSH_MS: 'fast' }),
  ]);
  expect(port).toEqual(says('PORT=80000: must be a whole number from 0 to 65535'));
  expect(level).toEqual(says('FLUSH_MS=fast: must be a whole number from 10 to 5000'));
});

it('says in one line that its port is taken, or that it has no such address', async () => {
  await using board = await RunningBoard.start();
  const [taken, elsewhere, nowhere] = await Promise.all([
    lastWords({ PORT: String(board.port) }),
    lastWords({ HOST: '192.0.2.1' }),
    lastWords({ HOST: 'no-such-host.invalid', LOG_LEVEL: 'silent' }),
  ]);
  expect(taken).toEqual(says(`port ${board.port} is taken: stop what uses it, or set PORT=3001`));
  expect(elsewhere).toEqual(says('HOST=192.0.2.1: this machine has no such address'));
  expect(nowhere).toEqual(says('HOST=no-such-host.invalid: this machine has no such address'));
});

it('says in one line which feed it cannot run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bigboard-feeds-'));
  const broken = join(folder, 'broken.ndjson');
  await writeFile(broken, 'this is no recording\n');
  const [unknown, missing, unreadable] = await Promise.all([
    lastWords({ FEEDS: 'none,nonsense' }),
    lastWords({ FEEDS: join(folder, 'missing.ndjson') }),
    lastWords({ FEEDS: broken }),
  ]);
  const line = /^Bigboard cannot start: FEEDS=.*\n$/;
  for (const words of [unknown, missing, unreadable]) expect(words).toEqual(says(line));
  await rm(folder, { recursive: true });
});
