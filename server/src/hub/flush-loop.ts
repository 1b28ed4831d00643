import type { Clock } from '../clock.ts';
import type { FanOut, Now, Send } from './fan-out.ts';

/** No turn of the event loop is held longer by a flush; the rest of a large audience waits for the next turn. */
const PHASE_MS = 8;

export interface FlushObserver {
  /** A flush came to its end. @param durationMs from its beginning, all phases and what ran between them included */
  flushed(durationMs: number, frames: number): void;
}

/** Flushes at once when idle, then at most every `flushMs`, and goes on as long as somebody lacks something. */
export class FlushLoop {
  readonly #fanOut: FanOut;
  readonly #clock: Clock;
  readonly #flushMs: number;
  readonly #observer: FlushObserver;
  #isScheduled = false;
  #isStopped = false;
  #lastBeginMs = -Infinity;

  constructor(fanOut: FanOut, clock: Clock, flushMs: number, observer: FlushObserver) {
    this.#fanOut = fanOut;
    this.#clock = clock;
    this.#flushMs = flushMs;
    this.#observer = observer;
  }

  /** To be called whenever something may have become due. */
  nudge(): void {
    if (this.#isScheduled || this.#isStopped || !this.#fanOut.isDue) return;
    this.#isScheduled = true;
    const waitMs = this.#lastBeginMs + this.#flushMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#clock.soon(() => this.#flush());
    else this.#clock.after(waitMs, () => this.#flush());
  }

  stop(): void {
    this.#isStopped = true;
  }

  #flush(): void {
    if (this.#isStopped) return;
    const now = this.#now();
    this.#lastBeginMs = now.monotonicMs;
    this.#phase(this.#fanOut.begin(now), 0, 0);
  }

  #phase(sends: readonly Send[], first: number, sentBefore: number): void {
    if (this.#isStopped) return;
    const now = this.#now();
    let sent = sentBefore;
    for (let index = first; index < sends.length; index++) {
      if (this.#fanOut.send(sends[index] as Send, now)) sent++;
      // The clock is asked now and then only: asking costs as much as a send.
      if (index % 32 === 31 && this.#clock.monotonicMs() - now.monotonicMs > PHASE_MS) {
        this.#clock.soon(() => this.#phase(sends, index + 1, sent));
        return;
      }
    }
    this.#observer.flushed(this.#clock.monotonicMs() - this.#lastBeginMs, sent);
    this.#isScheduled = false;
    this.nudge();
  }

  #now(): Now {
    return { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}
