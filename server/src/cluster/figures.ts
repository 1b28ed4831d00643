import type { BoardObserver } from '../hub/board.ts';
import type { Cancel, Clock } from '../clock.ts';
import { Recent } from './recent.ts';

const WINDOW_MS = 10_000;
const TURN_INTERVAL_MS = 20;

/** What a namespace of this instance went through in the newest seconds. */
export class BoardFigures implements BoardObserver {
  repairs = 0;
  readonly #next: BoardObserver;
  readonly #clock: Clock;
  /** The rate is of batches, which may be many. */
  readonly #updates = new Recent(WINDOW_MS, 20_000);
  readonly #flushes = new Recent(WINDOW_MS);

  /** @param next hears everything too */
  constructor(next: BoardObserver, clock: Clock) {
    this.#next = next;
    this.#clock = clock;
  }

  updatesPerSecond(): number {
    return this.#updates.rate(this.#clock.monotonicMs());
  }

  flushMs(): { readonly p50: number; readonly p99: number } {
    return this.#flushes.percentiles(this.#clock.monotonicMs());
  }

  updatesApplied(count: number): void {
    this.#updates.add(count, this.#clock.monotonicMs());
    this.#next.updatesApplied(count);
  }

  flushed(durationMs: number, frames: number): void {
    this.#flushes.add(durationMs, this.#clock.monotonicMs());
    this.#next.flushed(durationMs, frames);
  }

  repaired(): void {
    this.repairs++;
    this.#next.repaired();
  }

  repairFailed(error: unknown): void {
    this.#next.repairFailed(error);
  }
}

/** How late timers come: what a turn of the event loop keeps waiting. */
export class TurnMeter {
  readonly #clock: Clock;
  readonly #late = new Recent(WINDOW_MS);
  readonly #stop: Cancel;

  constructor(clock: Clock) {
    this.#clock = clock;
    let dueMs = clock.monotonicMs() + TURN_INTERVAL_MS;
    this.#stop = clock.every(TURN_INTERVAL_MS, () => {
      const nowMs = clock.monotonicMs();
      this.#late.add(Math.max(0, nowMs - dueMs), nowMs);
      dueMs = nowMs + TURN_INTERVAL_MS;
    });
  }

  turnMs(): { readonly p50: number; readonly p99: number } {
    return this.#late.percentiles(this.#clock.monotonicMs());
  }

  stop(): void {
    this.#stop();
  }
}
