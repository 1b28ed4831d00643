const TERMINAL_INTERVAL_MS = 200;
const FILE_INTERVAL_MS = 10_000;

/** Tells on standard error how far a command is: in a terminal one line that changes, in a file now and then a line. */
export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY === true;
  #toldAtMs = -Infinity;
  #length = 0;

  /** @param text made only when it is time to tell */
  tell(text: () => string): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < (this.#isTerminal ? TERMINAL_INTERVAL_MS : FILE_INTERVAL_MS)) return;
    this.#toldAtMs = nowMs;
    const line = text();
    process.stderr.write(this.#isTerminal ? `\r${line.padEnd(this.#length)}` : `${line}\n`);
    this.#length = line.length;
  }

  /** The last word, on a line of its own. */
  end(text: string): void {
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  /** Nothing of it is left in a terminal. */
  clear(): void {
    if (this.#isTerminal && this.#length > 0) process.stderr.write(`\r${' '.repeat(this.#length)}\r`);
    this.#length = 0;
  }
}

/** `[########            ] 40 %` */
export function bar(part: number): string {
  const share = Math.min(1, Math.max(0, part));
  return `[${'#'.repeat(Math.round(share * 20)).padEnd(20)}] ${Math.floor(share * 100)} %`;
}
