import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ChildProgram, describeEnd } from '../cluster/child-program.ts';
import { freePorts } from '../cluster/free-port.ts';
import { instanceNames } from '../cluster/instance-name.ts';
import { ROOT } from '../paths.mjs';
import { ChaosRedis } from './chaos-redis.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { ProcessEnded } from './history.ts';
import type { ReaderTarget } from './reader-client.ts';

export interface ChaosClusterOptions {
  readonly folder: string;
  readonly instances: number;
  readonly redisFile: string;
  /** Which server: the project's folder, or a copy of it with a defect. */
  readonly root: string | undefined;
  readonly feeds: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly t: () => number;
  readonly onEnd: (ended: ProcessEnded) => void;
  readonly onLine: (instance: string, line: string) => void;
}

/** An instance, the way to it that readers take, and its own way to Redis. */
export interface ChaosInstance {
  readonly name: string;
  readonly port: number;
  readonly toReaders: FaultProxy;
  readonly toRedis: FaultProxy;
  program: ChildProgram | undefined;
  /** Its end is meant. */
  isDoomed: boolean;
}

const UP_MS = 60_000;
const STOP_MS = 15_000;
export const SUBSCRIBER = 'subscriber';

/** Redis and instances of the server, with a fault proxy on every link. */
export class ChaosCluster {
  readonly redis: ChaosRedis;
  readonly token: string;
  readonly instances: readonly ChaosInstance[];
  readonly #options: ChaosClusterOptions;

  private constructor(
    options: ChaosClusterOptions,
    redis: ChaosRedis,
    instances: readonly ChaosInstance[],
    token: string,
  ) {
    this.#options = options;
    this.redis = redis;
    this.instances = instances;
    this.token = token;
  }

  static async start(options: ChaosClusterOptions): Promise<ChaosCluster> {
    const [redisPort = 0, ...ports] = await freePorts(1 + options.instances);
    const redis = new ChaosRedis(options.redisFile, options.folder, redisPort);
    await redis.start();
    const token = `bb_${randomBytes(32).toString('base64url')}`;
    await writeFile(path.join(options.folder, 'producer-tokens.json'), JSON.stringify(tokenFile(token)));
    const instances: ChaosInstance[] = [];
    for (const [index, name] of instanceNames(options.instances).entries()) {
      const port = ports[index] ?? 0;
      const toReaders = await FaultProxy.start({ port });
      const toRedis = await FaultProxy.start({
        port: redisPort,
        labelOf: (piece) => (/subscribe\r\n/i.test(piece.toString('latin1')) ? SUBSCRIBER : undefined),
      });
      instances.push({ name, port, toReaders, toRedis, program: undefined, isDoomed: false });
    }
    const cluster = new ChaosCluster(options, redis, instances, token);
    // The first one leads everything at the beginning.
    const [first, ...others] = instances;
    if (first !== undefined) await cluster.launch(first);
    await Promise.all(others.map((instance) => cluster.launch(instance)));
    return cluster;
  }

  /** Where readers reach the instances. */
  get readerTargets(): ReaderTarget[] {
    return this.instances.map(({ name, toReaders }) => ({ instance: name, url: `http://127.0.0.1:${toReaders.port}` }));
  }

  /** Where the instances are, with nothing between. */
  get directTargets(): ReaderTarget[] {
    return this.instances.map(({ name, port }) => ({ instance: name, url: `http://127.0.0.1:${port}` }));
  }

  /** Resolves when it is up. */
  async launch(instance: ChaosInstance): Promise<void> {
    const { root = ROOT, folder, feeds, environment = {}, t, onEnd, onLine } = this.#options;
    const { PATH } = process.env;
    instance.isDoomed = false;
    const program = new ChildProgram({
      name: instance.name,
      file: process.execPath,
      args: ['--import', 'tsx', path.join(root, 'server', 'src', 'main.ts')],
      cwd: root,
      environment: {
        ...{ PATH, PORT: String(instance.port), DATA_DIR: 'none', INSTANCE: instance.name, FEEDS: feeds },
        ...{ REDIS_URL: `redis://127.0.0.1:${instance.toRedis.port}`, OWN_KINDS: 'tape,reel', LOG_LEVEL: 'info' },
        ...{ PRODUCER_TOKENS: path.join(folder, 'producer-tokens.json'), ...environment },
      },
      onLine: (line) => onLine(instance.name, line),
    });
    instance.program = program;
    void program.ended.then((end) => {
      onEnd({ k: 'ended', t: t(), instance: instance.name, how: describeEnd(end), isMeant: instance.isDoomed });
    });
    await program.line(/^Bigboard is at /, UP_MS);
  }

  async kill(instance: ChaosInstance): Promise<void> {
    instance.isDoomed = true;
    await instance.program?.stop('SIGKILL', STOP_MS);
  }

  /** The instance that leads a feed, as the first that answers says. */
  async leaderOf(feed: string): Promise<ChaosInstance | undefined> {
    for (const { url } of this.directTargets) {
      const topic = `${url}/api/topics/markets/feed:${feed}`;
      const response = await fetch(topic, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      if (response?.ok !== true) continue;
      const { fields } = (await response.json()) as { readonly fields: { readonly leader?: string } };
      return this.instances.find(({ name }) => name === fields.leader);
    }
    return undefined;
  }

  /** Ends everything. @returns instances that could not end in good order */
  async stop(): Promise<string[]> {
    const stubborn: string[] = [];
    await Promise.all(
      this.instances.map(async (instance) => {
        const isRunning = instance.program?.end === undefined;
        instance.isDoomed = true;
        instance.program?.signal('SIGCONT');
        const isForced = (await instance.program?.stop('SIGTERM', STOP_MS)) ?? false;
        const { code } = instance.program?.end ?? { code: null };
        if (isRunning && (isForced || code !== 0)) stubborn.push(instance.name);
      }),
    );
    await this.dispose();
    return stubborn;
  }

  /** Leaves nothing running. */
  async dispose(): Promise<void> {
    for (const instance of this.instances) {
      await this.kill(instance);
      await instance.toReaders[Symbol.asyncDispose]();
      await instance.toRedis[Symbol.asyncDispose]();
    }
    await this.redis.kill();
  }
}

function tokenFile(token: string): object {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const entry = { name: 'chaos', title: 'Chaos', topics: ['markets/*'], sha256, createdAtMs: 0 };
  return { bigboardTokens: 1, tokens: [entry] };
}
