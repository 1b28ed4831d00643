/** The four 32-bit words of the generator: all there is to save and restore. */
export type RandomState = readonly [number, number, number, number];

/**
 * Our own seeded generator, so that a seed gives the same numbers on every Node version: sfc32, the "small fast
 * counting" generator of Chris Doty-Humphrey's PractRand (public domain, https://pracrand.sourceforge.net). It uses
 * 32-bit integer operations only; the derived draws use only `Math.log` and `Math.sqrt`, which agree on Node 20, 22, 24.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#counter] = state;
  }

  static fromSeed(seed: number): Random {
    // Both halves of a safe integer count; the rounds after it let each bit of the seed reach every word.
    const random = new Random([seed | 0, Math.floor(seed / 4_294_967_296) | 0, 0x9e3779b9 | 0, 1]);
    for (let round = 0; round < 20; round++) random.integer32();
    return random;
  }

  state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  /** Uniform over 0 .. 2^32 - 1. */
  integer32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform over (0, 1), never an end: its logarithm is always finite. */
  uniform(): number {
    return (this.integer32() + 0.5) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Uniform over 0 .. count - 1. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  exponential(mean: number): number {
    return -mean * Math.log(this.uniform());
  }

  /**
   * Standard normal, by Marsaglia's polar method (Marsaglia and Bray, SIAM Review 6, 1964). Its second number is thrown
   * away: a kept one would be one more thing to save.
   */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }
}
