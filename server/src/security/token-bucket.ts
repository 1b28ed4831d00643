/** Allows `burst` at once and `perSecond` in the long run. Time is handed in, so it needs no timer. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** @param nowMs monotonic */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until `take` succeeds again, if nothing is taken meanwhile. */
  retryInMs(): number {
    return Math.max(0, Math.ceil((1 - this.#tokens) / this.#perMs));
  }
}
