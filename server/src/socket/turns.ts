import type { Clock } from '../clock.ts';

/** Numbers the turns of the event loop in which something was written, at one callback a turn for all connections. */
export class Turns {
  readonly #clock: Clock;
  #current = 0;
  #isCounting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): number {
    if (!this.#isCounting) {
      this.#isCounting = true;
      this.#clock.soon(() => {
        this.#isCounting = false;
        this.#current++;
      });
    }
    return this.#current;
  }
}
