import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ChildProgram } from '../cluster/child-program.ts';
import { askRedis, redisArguments, redisIsUp } from '../cluster/redis-program.ts';

/** A Redis to which everything may happen. It comes back on the same port. */
export class ChaosRedis {
  readonly port: number;
  readonly #file: string;
  readonly #folder: string;
  readonly #copy: string;
  #program: ChildProgram | undefined;

  constructor(file: string, folder: string, port: number) {
    this.#file = file;
    this.#folder = path.join(folder, 'redis');
    this.#copy = path.join(folder, 'redis-copy');
    this.port = port;
  }

  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const args = redisArguments(this.port, this.#folder);
    this.#program = new ChildProgram({ name: 'redis', file: this.#file, args });
    await redisIsUp(this.port, this.#program);
  }

  async kill(): Promise<void> {
    this.#program?.signal('SIGCONT');
    await this.#program?.stop('SIGKILL', 5_000);
  }

  hang(): void {
    this.#program?.signal('SIGSTOP');
  }

  goOn(): void {
    this.#program?.signal('SIGCONT');
  }

  async wipe(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Keeps its files as they are now, for `restoreCopy`. */
  async copy(): Promise<void> {
    await rm(this.#copy, { recursive: true, force: true });
    await cp(this.#folder, this.#copy, { recursive: true });
  }

  async restoreCopy(): Promise<void> {
    await this.wipe();
    await cp(this.#copy, this.#folder, { recursive: true });
  }

  isUp(): Promise<boolean> {
    return askRedis(this.port, 'PING').then((answer) => answer?.startsWith('+PONG') ?? false);
  }
}
