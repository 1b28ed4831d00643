/** The commands an operator has given to a feed, and who waits for them to be stored. */
export class CommandAcks {
  #given = 0;
  #waiting: { readonly number: number; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  get given(): number {
    return this.#given;
  }

  /** @returns is kept once it is stored */
  give(): Promise<void> {
    const number = ++this.#given;
    return new Promise((resolve, reject) => this.#waiting.push({ number, resolve, reject }));
  }

  /** @param count the first so many are stored */
  store(count: number): void {
    for (const { number, resolve } of this.#waiting) if (number <= count) resolve();
    this.#waiting = this.#waiting.filter(({ number }) => number > count);
  }

  /** Nobody waits any longer. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
