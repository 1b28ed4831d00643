import { freePorts } from '../../../scripts/lib/cluster/free-port.ts';
import { RedisServer } from './redis-server.ts';
import { ServerProcess, type ProcessEnd } from './server-process.ts';
import { TokenList } from './token-list.ts';

const NAMES = ['one', 'two', 'three'];

/** Several instances on one Redis, each a process of its own; whoever has the token may push whatever it likes. */
export class ClusterProcesses implements AsyncDisposable {
  readonly redis: RedisServer;
  readonly token: string;
  readonly instances: ServerProcess[] = [];
  readonly #ports: readonly number[];
  readonly #tokens: TokenList;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(
    redis: RedisServer,
    tokens: TokenList,
    token: string,
    ports: readonly number[],
    environment: Readonly<Record<string, string>>,
  ) {
    this.redis = redis;
    this.token = token;
    this.#tokens = tokens;
    this.#ports = ports;
    this.#environment = environment;
  }

  /** @param size at most three */
  static async start(size: number, environment: Readonly<Record<string, string>> = {}): Promise<ClusterProcesses> {
    const redis = await RedisServer.start();
    const tokens = await TokenList.create();
    const token = await tokens.add('lab', ['markets/*', 'sports/*']);
    const cluster = new ClusterProcesses(redis, tokens, token, await freePorts(size), environment);
    await Promise.all(cluster.#ports.map((_, index) => cluster.launch(index)));
    return cluster;
  }

  get size(): number {
    return this.#ports.length;
  }

  get urls(): string[] {
    return this.#ports.map((port) => `http://127.0.0.1:${port}`);
  }

  nameOf(index: number): string {
    return NAMES[index] as string;
  }

  /** Resolves when it is up, at the address it has each time. */
  async launch(index: number): Promise<void> {
    const instance = new ServerProcess({
      PORT: String(this.#ports[index]),
      REDIS_URL: this.redis.url,
      INSTANCE: this.nameOf(index),
      OWN_KINDS: '*',
      PRODUCER_TOKENS: this.#tokens.file,
      ...this.#environment,
    });
    this.instances[index] = instance;
    await instance.url();
  }

  /** In good order. */
  stop(index: number): Promise<ProcessEnd> {
    return this.#end(index, 'SIGTERM');
  }

  /** `kill -9`. */
  kill(index: number): Promise<ProcessEnd> {
    return this.#end(index, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance[Symbol.asyncDispose]()));
    await this.redis[Symbol.asyncDispose]();
    await this.#tokens[Symbol.asyncDispose]();
  }

  #end(index: number, signal: NodeJS.Signals): Promise<ProcessEnd> {
    const instance = this.instances[index] as ServerProcess;
    instance.kill(signal);
    return instance.ended;
  }
}
