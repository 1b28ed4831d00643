import { spawn, type ChildProcess } from 'node:child_process';
import { splitLines } from './log-printer.ts';

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramSpec {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All it gets of an environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onLine?: (line: string) => void;
}

/** Programs of this process that have not ended: they must not outlive it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * A program that runs beside this one. It is in a process group of its own, so that a Ctrl-C in the terminal reaches this
 * process alone, which ends all of them in good order.
 */
export class ChildProgram {
  readonly name: string;
  readonly ended: Promise<ProgramEnd>;
  /** Undefined while it runs. */
  end: ProgramEnd | undefined;
  readonly #child: ChildProcess;
  readonly #lines = new Set<(line: string) => void>();

  constructor({ name, file, args, cwd, environment, onLine }: ProgramSpec) {
    this.name = name;
    if (onLine) this.#lines.add(onLine);
    const child = spawn(file, args, {
      ...(cwd !== undefined && { cwd }),
      ...(environment && { env: environment }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      const take = splitLines((line) => {
        for (const listener of this.#lines) listener(line);
      });
      stream.setEncoding('utf8').on('data', take).on('end', take);
    }
    const failed = new Promise<ProgramEnd>((resolve) => {
      child.once('error', (error) => {
        onLine?.(error.message);
        // One that could not be started at all has no end of its own.
        if (child.pid === undefined) resolve({ code: 127, signal: null });
      });
    });
    const closed = new Promise<ProgramEnd>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.ended = Promise.race([failed, closed]).then((end) => {
      running.delete(child);
      this.end = end;
      return end;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.end === undefined) this.#child.kill(signal);
  }

  /** Resolves with the first line that matches. @throws when it ends before, or after so long a time */
  async line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    let listener: ((line: string) => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        listener = (line) => {
          const match = pattern.exec(line);
          if (match) resolve(match);
        };
        this.#lines.add(listener);
        timer = setTimeout(() => reject(new Error(`${this.name} is not up after ${withinMs / 1_000} s`)), withinMs);
        void this.ended.then((end) => reject(new Error(`${this.name} ended before it was up (${describeEnd(end)})`)));
      });
    } finally {
      clearTimeout(timer);
      if (listener) this.#lines.delete(listener);
    }
  }

  /** Ends it in good order, and by force if that takes too long. @returns whether force was needed */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<boolean> {
    let isForced = false;
    this.signal(signal);
    const timer = setTimeout(() => {
      isForced = true;
      this.signal('SIGKILL');
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
    return isForced;
  }
}

export function describeEnd({ code, signal }: ProgramEnd): string {
  return signal ?? `exit ${code}`;
}
