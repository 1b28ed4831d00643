import type { Bus } from '../../src/store/bus.ts';

export interface BusHabits {
  /** 0 to 1: of all messages. */
  readonly lost: number;
  /** Each takes up to so long, on its own: later ones overtake it. */
  readonly delayMs: number;
}

export const CALM: BusHabits = { lost: 0, delayMs: 0 };

/** A bus within one process, as bad as a test wants it. */
export class UnrulyBus {
  habits: BusHabits = CALM;
  readonly #random: () => number;
  readonly #members = new Map<string, Set<(channel: string, text: string) => void>>();
  readonly #cut = new Set<string>();

  /** @param random 0 to 1 */
  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  member(name: string): Bus {
    const listeners = new Set<(channel: string, text: string) => void>();
    this.#members.set(name, listeners);
    return {
      publish: (channel, text) => this.#carry(name, channel, text),
      onMessage: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }

  /** It neither hears nor is heard until it is joined again. */
  cut(name: string): void {
    this.#cut.add(name);
  }

  join(name: string): void {
    this.#cut.delete(name);
  }

  #carry(from: string, channel: string, text: string): void {
    for (const [name, listeners] of this.#members) {
      if (name === from || this.#random() < this.habits.lost) continue;
      const deliver = () => {
        if (this.#cut.has(from) || this.#cut.has(name)) return;
        for (const listener of listeners) listener(channel, text);
      };
      setTimeout(deliver, this.#random() * this.habits.delayMs);
    }
  }
}
