import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RedisServer } from './support/redis-server.ts';

const CONTENDER = fileURLToPath(new URL('support/lease-contender.ts', import.meta.url));
/** Another leads within 3 s; the rest is what a busy machine needs to notice. */
const FAILOVER_MS = 3_500;
const WAIT = { timeout: 20_000, interval: 20 };

class Contender {
  readonly name: string;
  readonly child: ChildProcess;
  readonly lines: { readonly msg: string; readonly reason?: string }[] = [];

  constructor(redis: RedisServer, name: string) {
    this.name = name;
    this.child = spawn(process.execPath, ['--import', 'tsx', CONTENDER, redis.url, name], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (text: Buffer) => {
      for (const line of text.toString().split('\n')) if (line.startsWith('{')) this.lines.push(JSON.parse(line));
    });
  }

  said(message: string): number {
    return this.lines.filter(({ msg }) => msg === message).length;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
  }
}

let redis: RedisServer;
let contenders: Contender[];
beforeEach(async () => {
  redis = await RedisServer.start();
  contenders = ['a', 'b', 'c'].map((name) => new Contender(redis, name));
});
afterEach(async () => {
  for (const contender of contenders) await contender.end('SIGKILL');
  await redis[Symbol.asyncDispose]();
});

async function written(): Promise<string[]> {
  return (await redis.command('LRANGE', 'written', 0, -1)) as string[];
}

/** Who writes now, after what was written up to now. */
async function nextLeader(after = 0): Promise<Contender> {
  return vi.waitFor(async () => {
    const newest = (await written()).slice(after).at(-1);
    const leader = contenders.find(({ name }) => newest?.startsWith(`${name} `));
    expect(leader).toBeDefined();
    return leader as Contender;
  }, WAIT);
}

/** One leader wrote after the other, each with a higher token. */
async function expectOneAtATime(): Promise<void> {
  const tokens = (await written()).map((line) => Number(line.split(' ')[1]));
  expect(tokens).toEqual([...tokens].sort((one, other) => one - other));
}

async function measure(run: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return performance.now() - beganMs;
}

it('goes to another when its holder is killed, and at once when it is released', async () => {
  const first = await nextLeader();
  await first.end('SIGKILL');
  const count = (await written()).length;
  const killedMs = await measure(() => nextLeader(count));
  expect(killedMs).toBeLessThan(FAILOVER_MS);
  const second = await nextLeader(count);
  expect(second).not.toBe(first);
  await second.end('SIGTERM');
  const releasedMs = await measure(async () => nextLeader((await written()).length));
  expect(releasedMs).toBeLessThan(1_500);
  await expectOneAtATime();
});

it('is given up by a holder that was stopped before it writes anything, and it says so in one line', async () => {
  const first = await nextLeader();
  first.child.kill('SIGSTOP');
  const count = (await written()).length;
  const takenMs = await measure(async () => expect(await nextLeader(count)).not.toBe(first));
  expect(takenMs).toBeLessThan(FAILOVER_MS);
  first.child.kill('SIGCONT');
  await vi.waitFor(() => expect(first.said('leads no more')).toBe(1), WAIT);
  const again = (await written()).length;
  await nextLeader(again);
  await expectOneAtATime();
  expect(first.lines.filter(({ msg }) => msg === 'leads no more')).toMatchObject([
    { reason: expect.stringMatching(/stood still/) },
  ]);
});

it('is held by nobody while Redis is away, and by one when it is back', async () => {
  const first = await nextLeader();
  await redis.kill();
  await vi.waitFor(() => expect(first.said('leads no more')).toBe(1), WAIT);
  await redis.start();
  const count = (await written()).length;
  const backMs = await measure(() => nextLeader(count));
  expect(backMs).toBeLessThan(FAILOVER_MS);
  await expectOneAtATime();
});

it('is held by one at a time over a Redis that hangs, and over one that comes back empty', async () => {
  const first = await nextLeader();
  redis.pause();
  await vi.waitFor(() => expect(first.said('leads no more')).toBe(1), WAIT);
  redis.resume();
  await nextLeader((await written()).length);
  await expectOneAtATime();
  await redis.restartEmpty();
  await nextLeader();
  await expectOneAtATime();
});
