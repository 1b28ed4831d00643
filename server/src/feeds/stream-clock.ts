import type { Clock } from '../clock.ts';

/** After a longer standstill of the process the stream goes on from where it was, instead of pouring out what it missed. */
const STANDSTILL_MS = 5_000;

/**
 * Where a stream stands: it goes `speed` times as fast as the wall, and with speed 0 as fast as it is played. It moves
 * only when told that time has passed, so that all that is done in one turn is done at one moment.
 */
export class StreamClock {
  readonly #clock: Clock;
  #positionMs: number;
  #readAtMs: number;
  speed: number;
  isPaused = false;

  constructor(clock: Clock, positionMs: number, speed: number) {
    this.#clock = clock;
    this.#positionMs = positionMs;
    this.#readAtMs = clock.monotonicMs();
    this.speed = speed;
  }

  get positionMs(): number {
    return this.#positionMs;
  }

  /** Goes on by what has passed on the wall. */
  advance(): void {
    const passedMs = this.#readWall();
    if (!this.isPaused && passedMs <= STANDSTILL_MS) this.#positionMs += passedMs * this.speed;
  }

  /** What has passed on the wall does not count. */
  hold(): void {
    this.#readWall();
  }

  goTo(positionMs: number): void {
    this.#positionMs = positionMs;
    this.#readWall();
  }

  isDue(dueMs: number): boolean {
    return dueMs <= this.#positionMs || (this.speed === 0 && !this.isPaused);
  }

  /** With speed 0 what was played moves the stream. */
  played(dueMs: number): void {
    this.#positionMs = Math.max(this.#positionMs, dueMs);
  }

  /** Wall time until then; infinite while paused. */
  untilMs(dueMs: number): number {
    if (this.isDue(dueMs)) return 0;
    return this.isPaused ? Infinity : (dueMs - this.#positionMs) / this.speed;
  }

  #readWall(): number {
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#readAtMs;
    this.#readAtMs = nowMs;
    return passedMs;
  }
}
