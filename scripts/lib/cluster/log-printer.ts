const COLOURS = [36, 33, 35, 32, 34, 31];

/** Lines of several programs on one screen, each with the name of the one that said it. */
export class LogPrinter {
  readonly #write: (text: string) => void;
  readonly #prefixes = new Map<string, string>();

  constructor(names: readonly string[], isTerminal: boolean, write: (text: string) => void) {
    this.#write = write;
    const width = Math.max(...names.map((name) => name.length));
    names.forEach((name, index) => {
      const padded = name.padEnd(width);
      const colour = COLOURS[index % COLOURS.length];
      this.#prefixes.set(name, isTerminal ? `\u001b[${colour}m${padded} |\u001b[0m ` : `${padded} | `);
    });
  }

  print(name: string, line: string): void {
    this.#write(`${this.#prefixes.get(name) ?? `${name} | `}${line}\n`);
  }
}

/** Makes whole lines of pieces of text. @returns takes the pieces; called without one, it hands on what is left */
export function splitLines(onLine: (line: string) => void): (piece?: string) => void {
  let rest = '';
  return (piece) => {
    if (piece === undefined) {
      if (rest !== '') onLine(rest);
      rest = '';
      return;
    }
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
