const SAMPLES = 5;

/** The server's clock seen from here. Browsers' clocks lie by minutes; the middle one of five echoes does not. */
export class ServerClock {
  readonly #offsets: number[] = [];
  #offsetMs = 0;

  /** What to add to the browser's clock to get the server's. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** A request that left at `sentMs`, was answered at the server's `serverMs` and came back at `receivedMs`. */
  echo(sentMs: number, serverMs: number, receivedMs: number): void {
    this.#offsets.push(serverMs - (sentMs + receivedMs) / 2);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
    const sorted = [...this.#offsets].sort((a, b) => a - b);
    this.#offsetMs = sorted[Math.floor(sorted.length / 2)] as number;
  }

  /** How old something stamped by the server is by now. */
  ageOf(serverMs: number, nowMs: number): number {
    return Math.max(0, nowMs + this.#offsetMs - serverMs);
  }
}
