import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/lib/cluster/free-port.ts';
import { redisCommand, type RedisReply } from './redis-command.ts';

/** As `redis-server --name value`; those a board's own Redis runs with, unless said otherwise. */
export type RedisOptions = Readonly<Record<string, string>>;

const OPTIONS: RedisOptions = {
  bind: '127.0.0.1',
  save: '',
  appendonly: 'yes',
  appendfsync: 'everysec',
  'maxmemory-policy': 'noeviction',
};

/** A real redis-server on a free port, with a folder of its own; it leaves nothing behind. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #options: RedisOptions;
  readonly #copies: string[] = [];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: RedisOptions) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'bigboard-redis-'));
    const server = new RedisServer(await freePort(), folder, { ...OPTIONS, ...options });
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  command(...words: readonly (string | number)[]): Promise<RedisReply> {
    return redisCommand(this.port, ...words);
  }

  /** On the same port and folder, with whatever is in it. Resolves when it takes commands. */
  async start(): Promise<void> {
    const options = Object.entries(this.#options).flatMap(([name, value]) => [`--${name}`, value]);
    const args = ['--port', String(this.port), '--dir', this.#folder, ...options];
    const child = spawn(process.env.REDIS_SERVER_PATH ?? 'redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const killWithTests = () => void child.kill('SIGKILL');
    process.once('exit', killWithTests);
    child.once('close', () => process.off('exit', killWithTests));
    this.#child = child;
    await isReady(child);
  }

  /** In good order: everything is on the disk afterwards. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** It keeps its connections and takes new ones, and answers nobody. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Comes back with nothing in it. */
  async restartEmpty(): Promise<void> {
    await this.kill();
    await this.#clear();
    await this.start();
  }

  /** A copy of its files as they are now, for `restartFrom`. */
  async copyFiles(): Promise<string> {
    // What is in the log of commands counts only once it has been written.
    await this.command('CONFIG', 'SET', 'appendfsync', 'always');
    await this.command('SET', 'bigboard:copy', this.#copies.length);
    await this.command('DEL', 'bigboard:copy');
    await this.command('CONFIG', 'SET', 'appendfsync', this.#options.appendfsync ?? 'everysec');
    const copy = await mkdtemp(join(tmpdir(), 'bigboard-redis-copy-'));
    this.#copies.push(copy);
    await cp(this.#folder, copy, { recursive: true });
    return copy;
  }

  /** Comes back as it was when the copy was made: what was stored since is gone. */
  async restartFrom(copy: string): Promise<void> {
    await this.kill();
    await this.#clear();
    await cp(copy, this.#folder, { recursive: true });
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    for (const folder of [this.#folder, ...this.#copies]) await rm(folder, { recursive: true, force: true });
  }

  async #clear(): Promise<void> {
    for (const name of await readdir(this.#folder)) await rm(join(this.#folder, name), { recursive: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill(signal);
    // One that stands still would take the signal only once it goes on.
    child.kill('SIGCONT');
    await ended;
  }
}

async function isReady(child: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text.toString();
      if (output.includes('Ready to accept connections')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)));
  });
}
