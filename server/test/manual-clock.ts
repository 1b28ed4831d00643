import type { Cancel, Clock } from '../src/clock.ts';

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that moves only when told to. Time begins at `wallStartMs` and 0. */
export class ManualClock implements Clock {
  readonly #wallStartMs: number;
  /** In the order they were set, which decides between two of the same time. */
  readonly #tasks = new Set<Task>();
  #nowMs = 0;

  constructor(wallStartMs = 1_700_000_000_000) {
    this.#wallStartMs = wallStartMs;
  }

  wallMs(): number {
    return this.#wallStartMs + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const task = { atMs: this.#nowMs + Math.max(0, delayMs), run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  every(intervalMs: number, run: () => void): Cancel {
    let cancel: Cancel;
    const wait = () => {
      cancel = this.after(intervalMs, () => {
        wait();
        run();
      });
    };
    wait();
    return () => cancel();
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  /** Runs what is due within the next `ms`, each at its own time; `advance(0)` is the next turn. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let task = this.#next(untilMs); task !== undefined; task = this.#next(untilMs)) {
      this.#tasks.delete(task);
      this.#nowMs = Math.max(this.#nowMs, task.atMs);
      task.run();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Lets time pass within a turn: nothing runs, as when the code under test is slow. */
  spend(ms: number): void {
    this.#nowMs += ms;
  }

  get pendingCount(): number {
    return this.#tasks.size;
  }

  #next(untilMs: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.atMs <= untilMs && (next === undefined || task.atMs < next.atMs)) next = task;
    }
    return next;
  }
}
