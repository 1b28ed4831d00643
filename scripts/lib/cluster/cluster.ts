import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { ROOT } from '../paths.mjs';
import type { ChildProgram, ProgramSpec } from './child-program.ts';
import { freePorts } from './free-port.ts';
import { instanceNames } from './instance-name.ts';
import { nginxMain, nginxSite } from './nginx-config.ts';
import { redisArguments, redisIsUp } from './redis-program.ts';
import { Supervised } from './supervised.ts';

export interface ClusterOptions {
  readonly instances: number;
  readonly host: string;
  readonly port: number;
  /** A Redis that runs already; undefined: one of its own. */
  readonly redisUrl: string | undefined;
  /** Where Redis and nginx have their files, and the tokens are. */
  readonly folder: string;
  readonly programs: { readonly redis: string | undefined; readonly nginx: string };
  /** Readers may come by long-polling. */
  readonly isPolling: boolean;
  /** What every instance gets of an environment besides what makes it part of the cluster. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The server's folder. */
  readonly root?: string;
  readonly onLine: (name: string, line: string) => void;
}

const INSTANCE_UP_MS = 60_000;
const NGINX_UP_MS = 10_000;
/** A graceful end takes up to 10 s. */
const INSTANCE_GRACE_MS = 12_000;
const GRACE_MS = 5_000;

/** Redis, instances of the server and nginx in front of them, started in that order and ended in the other. */
export class Cluster {
  readonly url: string;
  readonly #options: ClusterOptions;
  readonly #instances = new Map<string, { readonly url: string; readonly supervised: Supervised }>();
  #redis: Supervised | undefined;
  #nginx: Supervised | undefined;

  private constructor(options: ClusterOptions) {
    this.#options = options;
    this.url = `http://${options.host}:${options.port}`;
  }

  /** @throws an Error whose message says in a line what does not come up; nothing is left running then */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      cluster.kill();
      throw error;
    }
  }

  /** The address of each instance, by its name. */
  get instances(): ReadonlyMap<string, string> {
    return new Map([...this.#instances].map(([name, { url }]) => [name, url]));
  }

  /** What runs as this instance now. */
  instanceProgram(name: string): ChildProgram | undefined {
    return this.#instances.get(name)?.supervised.program;
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#instances.values()].map(({ supervised }) => supervised.stop('SIGTERM', INSTANCE_GRACE_MS)),
    );
    await this.#nginx?.stop('SIGTERM', GRACE_MS);
    await this.#redis?.stop('SIGTERM', GRACE_MS);
  }

  /** Ends everything at once. */
  kill(): void {
    for (const { supervised } of this.#instances.values()) supervised.kill();
    this.#nginx?.kill();
    this.#redis?.kill();
  }

  async #start(): Promise<void> {
    const { instances, redisUrl, folder, programs } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [redisPort = 0, ...ports] = await freePorts(1 + instances);
    if (redisUrl === undefined) await this.#startRedis(programs.redis ?? 'redis-server', redisPort);
    const url = redisUrl ?? `redis://127.0.0.1:${redisPort}`;
    await Promise.all(
      instanceNames(instances).map(async (name, index) => {
        const port = ports[index] ?? 0;
        const supervised = this.#supervise(this.#instanceSpec(name, port, url), async (program) => {
          await program.line(/^Bigboard is at /, INSTANCE_UP_MS);
        });
        this.#instances.set(name, { url: `http://127.0.0.1:${port}`, supervised });
        await supervised.start();
      }),
    );
    await this.#startNginx(ports.slice(0, instances));
  }

  async #startRedis(file: string, port: number): Promise<void> {
    const folder = path.join(this.#options.folder, 'redis');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#redis = this.#supervise({ name: 'redis', file, args: redisArguments(port, folder) }, (program) =>
      redisIsUp(port, program),
    );
    await this.#redis.start();
  }

  #instanceSpec(name: string, port: number, redisUrl: string): ProgramSpec {
    const { environment, folder, root = ROOT } = this.#options;
    return {
      name,
      file: process.execPath,
      args: ['--import', 'tsx', path.join(root, 'server', 'src', 'main.ts')],
      cwd: root,
      environment: {
        // The list of tokens is everyone's; a journal is nobody's, as Redis keeps what there is.
        PRODUCER_TOKENS: path.join(folder, 'producer-tokens.json'),
        ...environment,
        ...{ PORT: String(port), HOST: '127.0.0.1', DATA_DIR: 'none', REDIS_URL: redisUrl, INSTANCE: name },
        TRUSTED_PROXIES: 'loopback',
      },
    };
  }

  async #startNginx(ports: readonly number[]): Promise<void> {
    const { host, port, programs, isPolling } = this.#options;
    const folder = path.join(this.#options.folder, 'nginx');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const shipped = await readFile(path.join(ROOT, 'deploy', 'nginx.conf'), 'utf8');
    const siteFile = path.join(folder, 'bigboard.conf');
    const mainFile = path.join(folder, 'nginx.conf');
    const instances = ports.map((instancePort) => `127.0.0.1:${instancePort}`);
    await writeFile(siteFile, nginxSite(shipped, { listen: `${host}:${port}`, instances, isSticky: isPolling }));
    // Started by root, nginx would let its workers be somebody who may not write here.
    const user = process.getuid?.() === 0 ? userInfo().username : undefined;
    await writeFile(mainFile, nginxMain(folder, siteFile, user));
    const args = ['-p', folder, '-c', mainFile, '-e', 'stderr'];
    this.#nginx = this.#supervise({ name: 'nginx', file: programs.nginx, args }, (program) => this.#nginxIsUp(program));
    await this.#nginx.start();
  }

  async #nginxIsUp(program: ChildProgram): Promise<void> {
    for (const beganMs = performance.now(); performance.now() - beganMs < NGINX_UP_MS;) {
      if (program.end !== undefined) throw new Error('nginx ended before it was up: its message is above');
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`nginx does not answer after ${NGINX_UP_MS / 1_000} s`);
  }

  #supervise(spec: ProgramSpec, isUp: (program: ChildProgram) => Promise<void>): Supervised {
    const { onLine } = this.#options;
    return new Supervised({ ...spec, onLine: (line) => onLine(spec.name, line) }, isUp, (text) =>
      onLine(spec.name, `cluster: ${text}`),
    );
  }
}
