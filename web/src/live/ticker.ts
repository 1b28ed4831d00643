import { createSubscriber } from 'svelte/reactivity';

const INTERVAL_MS = 500;

/** The one timer behind everything on the page that counts seconds; it runs only while something is reading. */
export class Ticker {
  readonly #read = createSubscriber((update) => {
    const timer = setInterval(update, INTERVAL_MS);
    return () => clearInterval(timer);
  });

  get nowMs(): number {
    this.#read();
    return Date.now();
  }
}
