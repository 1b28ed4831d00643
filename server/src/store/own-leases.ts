import type { Candidate, Leases } from './leases.ts';

/** The leases of an instance that is alone: each is held as soon as somebody stands for it. */
export class OwnLeases implements Leases {
  readonly #instance: string;
  readonly #candidates = new Map<string, Candidate>();

  /** @param instance the name this process is known by */
  constructor(instance: string) {
    this.#instance = instance;
  }

  async stand(name: string, candidate: Candidate): Promise<void> {
    if (this.#candidates.has(name)) throw new RangeError(`${name} is stood for already`);
    this.#candidates.set(name, candidate);
    await candidate.lead(undefined);
  }

  holders(): ReadonlyMap<string, string> {
    return new Map([...this.#candidates.keys()].map((name) => [name, this.#instance]));
  }

  async isHeld(name: string): Promise<boolean> {
    return this.#candidates.has(name);
  }

  async release(names: readonly string[] = [...this.#candidates.keys()]): Promise<void> {
    const released = names.flatMap((name) => this.#candidates.get(name) ?? []);
    for (const name of names) this.#candidates.delete(name);
    await Promise.all(released.map((candidate) => candidate.follow()));
  }
}
