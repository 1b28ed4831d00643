/** Samples of the newest seconds, as many as fit, for figures that somebody reads. */
export class Recent {
  readonly #windowMs: number;
  readonly #most: number;
  #samples: { readonly value: number; readonly atMs: number }[] = [];

  constructor(windowMs: number, most = 2_000) {
    this.#windowMs = windowMs;
    this.#most = most;
  }

  add(value: number, nowMs: number): void {
    this.#samples.push({ value, atMs: nowMs });
    // Cut now and then, and not one by one at each.
    if (this.#samples.length > this.#most * 2) this.#samples = this.#samples.slice(-this.#most);
  }

  /** How many a second, by their values. */
  rate(nowMs: number): number {
    this.#forget(nowMs);
    return (this.#samples.reduce((sum, { value }) => sum + value, 0) * 1_000) / this.#windowMs;
  }

  /** Half of them, and all but one in a hundred, are no larger; 0 while there is none. */
  percentiles(nowMs: number): { readonly p50: number; readonly p99: number } {
    this.#forget(nowMs);
    const sorted = this.#samples.map(({ value }) => value).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  }

  #forget(nowMs: number): void {
    const first = this.#samples.findIndex(({ atMs }) => nowMs - atMs <= this.#windowMs);
    this.#samples = first < 0 ? [] : this.#samples.slice(first);
  }
}
