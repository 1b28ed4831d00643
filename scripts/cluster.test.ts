import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePort } from './lib/cluster/free-port.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WAIT_MS = 50_000;

/** The command as a user runs it, but for npm, with a folder and a port of its own. */
class ClusterCommand implements AsyncDisposable {
  output = '';
  readonly ended: Promise<number | null>;
  readonly url: string;
  readonly #child;

  constructor(folder: string, port: number, environment: Readonly<Record<string, string>> = {}, args: string[] = []) {
    this.url = `http://127.0.0.1:${port}`;
    const { PATH = '', REDIS_SERVER_PATH = '', NGINX_PATH = '' } = process.env;
    this.#child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/cluster.ts'), ...args], {
      env: {
        ...{ PATH, REDIS_SERVER_PATH, NGINX_PATH, DATA_DIR: folder, PORT: String(port), FEEDS: 'none' },
        ...{ LOG_LEVEL: 'warn', ...environment },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  async told(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.output, { timeout: WAIT_MS }).toMatch(pattern);
  }

  /** The process that runs as one of its instances. */
  instancePid(): number {
    const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    const mine = processes
      .map((line) => line.trim().split(/\s+/))
      .filter(([, parent]) => Number(parent) === this.#child.pid);
    return Number(mine.find((parts) => parts.some((part) => part.endsWith('server/src/main.ts')))?.[0]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGTERM');
    await this.ended;
  }
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bigboard-cluster-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('is one board at one address, starts again what died, and ends in good order', { timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const port = await freePort();
    await using cluster = new ClusterCommand(folder, port, {}, ['--instances', '2']);
    await cluster.told(/^The board is at http:\/\/127\.0\.0\.1:\d+$/m);
    const page = await fetch(cluster.url);
    expect(page.headers.get('content-type')).toContain('text/html');
    const addresses = [...cluster.output.matchAll(/^ {2}(\w+) is at (\S+)$/gm)].map(([, name, url]) => [name, url]);
    expect(addresses.map(([name]) => name)).toEqual(['one', 'two']);

    await using second = new ClusterCommand(folder, await freePort());
    await second.told(/a cluster \(process \d+\) runs in .* already: stop it, or set DATA_DIR/);
    expect(await second.ended).toBe(1);

    process.kill(cluster.instancePid(), 'SIGKILL');
    await cluster.told(/^(one|two) +\| cluster: ended \(SIGKILL\); it is started again$/m);
    // The other one answers meanwhile.
    expect((await fetch(`${cluster.url}/readyz`)).status).toBe(200);
    await cluster.told(/^(one|two) +\| cluster: is up again$/m);

    cluster.signal('SIGINT');
    expect(await cluster.ended).toBe(0);
    const [, ending = ''] = cluster.output.split('Stopping: the instances, nginx, Redis.\n');
    expect(ending).toMatch(/Stopped\.\n$/);
    expect(ending).not.toContain('started again');
    for (const url of [cluster.url, ...addresses.map(([, address]) => address as string)]) {
      await expect(fetch(url)).rejects.toThrow('fetch failed');
    }
  });
});

it.each([
  ['redis-server', 'REDIS_SERVER_PATH'],
  ['nginx', 'NGINX_PATH'],
])('says what to install when there is no %s', async (name, variable) => {
  await using cluster = new ClusterCommand('/nowhere', 3_000, { [variable]: '/nowhere/at-all' });
  expect(await cluster.ended).toBe(1);
  expect(cluster.output).toContain(`cluster: ${name} is not installed (Debian, Ubuntu: sudo apt-get install ${name};`);
  expect(cluster.output.trim().split('\n')).toHaveLength(1);
});

it.each([
  [['--instances', '0'], '--instances 0: a whole number from 1 to 12'],
  [['--instances', '13'], '--instances 13: a whole number from 1 to 12'],
  [['--nodes', '3'], "Unknown option '--nodes'"],
])('%s is refused in a line', async (args, message) => {
  await using cluster = new ClusterCommand('/nowhere', 3_000, {}, args);
  expect(await cluster.ended).toBe(1);
  expect(cluster.output).toContain(message);
});
