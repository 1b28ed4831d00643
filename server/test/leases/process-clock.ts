import type { Cancel, Clock } from '../../src/clock.ts';
import type { ManualClock } from '../manual-clock.ts';
import type { Random } from '../model/random.ts';

/** The clock of a process that can stand still: what was due meanwhile comes when it wakes, in any order. */
export class ProcessClock implements Clock {
  readonly #world: ManualClock;
  readonly #random: Random;
  #isStopped = false;
  #isDead = false;
  #overdue: (() => void)[] = [];

  constructor(world: ManualClock, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  wallMs(): number {
    return this.#world.wallMs();
  }

  monotonicMs(): number {
    return this.#world.monotonicMs();
  }

  after(delayMs: number, run: () => void): Cancel {
    let isCancelled = false;
    const due = () => {
      if (isCancelled) return;
      if (this.#isStopped) this.#overdue.push(due);
      else run();
    };
    const cancel = this.#world.after(delayMs, due);
    return () => {
      isCancelled = true;
      cancel();
    };
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

  stop(): void {
    this.#isStopped = true;
  }

  /** `kill -9`. */
  kill(): void {
    this.#isStopped = true;
    this.#isDead = true;
  }

  wake(): void {
    if (this.#isDead) return;
    this.#isStopped = false;
    const overdue = this.#overdue.splice(0);
    while (overdue.length > 0) overdue.splice(this.#random.below(overdue.length), 1)[0]?.();
  }
}
