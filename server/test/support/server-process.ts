import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** For one that hangs. A busy machine has taken longer than 20 s. */
const START_MS = 60_000;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server as it is really started, for what only a process can show: signals, exit codes, its last words. */
export class ServerProcess implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;

  /** @param root the project's folder, or that of a changed copy */
  constructor(environment: Readonly<Record<string, string>>, root = ROOT) {
    const { PATH = '' } = process.env;
    this.#child = spawn(process.execPath, ['--import', 'tsx', join(root, 'server/src/main.ts')], {
      cwd: root,
      env: { PATH, PORT: '0', FEEDS: 'none', DATA_DIR: 'none', LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    this.#child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Resolves with its address once it says where it is. */
  async url(): Promise<string> {
    return vi.waitFor(
      () => {
        const url = /^Bigboard is at (\S+)$/m.exec(this.stdout)?.[1];
        if (url === undefined) throw new Error(`not up yet: ${this.stderr}`);
        return url;
      },
      { timeout: START_MS, interval: 20 },
    );
  }

  /** Resolves once a line of its log matches. */
  async logged(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!pattern.test(this.stderr)) throw new Error(`not logged: ${pattern}`);
      },
      { timeout: 5_000, interval: 2 },
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
