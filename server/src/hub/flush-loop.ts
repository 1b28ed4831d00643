import type { Cancel, Clock } from '../clock.ts';
import type { FanOut, Now, Send } from './fan-out.ts';

/** No turn of the event loop sends for longer; the rest of a large audience waits for the next turn. */
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
  /** Monotonic: when the next flush begins; Infinity when none is planned. */
  #nextAtMs = Infinity;
  #cancelNext: Cancel | undefined;
  #isFlushing = false;
  #isStopped = false;
  /** When the last flush began that had something new. One that only looked again keeps nothing new waiting. */
  #lastNewMs = -Infinity;

  constructor(fanOut: FanOut, clock: Clock, flushMs: number, observer: FlushObserver) {
    this.#fanOut = fanOut;
    this.#clock = clock;
    this.#flushMs = flushMs;
    this.#observer = observer;
  }

  /** To be called whenever something may have become due. */
  nudge(): void {
    if (this.#isFlushing || this.#isStopped) return;
    if (this.#fanOut.hasChanges) this.#flushAt(this.#lastNewMs + this.#flushMs);
    else if (this.#fanOut.isDue) this.#flushAt(this.#clock.monotonicMs() + this.#flushMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelNext?.();
  }

  #flushAt(atMs: number): void {
    if (atMs >= this.#nextAtMs) return;
    this.#cancelNext?.();
    this.#cancelNext = undefined;
    this.#nextAtMs = atMs;
    const waitMs = atMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#clock.soon(() => this.#flush());
    else this.#cancelNext = this.#clock.after(waitMs, () => this.#flush());
  }

  #flush(): void {
    if (this.#isStopped) return;
    this.#isFlushing = true;
    const now = this.#now();
    if (this.#fanOut.hasChanges) this.#lastNewMs = now.monotonicMs;
    this.#phase(this.#fanOut.begin(now), 0, 0, now.monotonicMs);
  }

  #phase(sends: readonly Send[], first: number, sentBefore: number, beganMs: number): void {
    if (this.#isStopped) return;
    const now = this.#now();
    let sent = sentBefore;
    for (let index = first; index < sends.length; index++) {
      if (this.#fanOut.send(sends[index] as Send, now)) sent++;
      // The clock is asked now and then only: asking costs as much as a send.
      if (index % 32 === 31 && this.#clock.monotonicMs() - now.monotonicMs > PHASE_MS) {
        this.#clock.soon(() => this.#phase(sends, index + 1, sent, beganMs));
        return;
      }
    }
    this.#observer.flushed(this.#clock.monotonicMs() - beganMs, sent);
    this.#isFlushing = false;
    this.#nextAtMs = Infinity;
    this.#cancelNext = undefined;
    this.nudge();
  }

  #now(): Now {
    return { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}
