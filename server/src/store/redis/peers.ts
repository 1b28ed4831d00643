import { z } from 'zod';

/** One that was not heard of for so long is no more, or no part of the picture for now. */
export const PEER_FORGOTTEN_MS = 5_000;

const signSchema = z.object({
  instance: z.string(),
  name: z.string(),
  positions: z.record(z.string(), z.object({ epoch: z.string(), seq: z.number() })),
});

/** What an instance says of itself each second. */
export type LifeSign = z.infer<typeof signSchema>;

/** The other instances, as far as they have been heard of. */
export class Peers {
  readonly #own: string;
  readonly #heard = new Map<string, { readonly sign: LifeSign; readonly atMs: number }>();
  readonly #seen = new Map<string, number>();

  constructor(own: string) {
    this.#own = own;
  }

  /** @throws Error when it is no sign of life */
  hear(text: string, nowMs: number): void {
    const sign = signSchema.parse(JSON.parse(text));
    if (sign.instance !== this.#own) this.#heard.set(sign.instance, { sign, atMs: nowMs });
  }

  /** Those that Redis says were there. */
  see(instances: readonly string[], nowMs: number): void {
    for (const instance of instances) if (instance !== this.#own) this.#seen.set(instance, nowMs);
  }

  /** Forgets who fell silent. Not to be asked while nobody can be heard: then all would seem gone. */
  forget(nowMs: number): void {
    for (const [instance, { atMs }] of this.#heard) if (nowMs - atMs > PEER_FORGOTTEN_MS) this.#heard.delete(instance);
    for (const [instance, atMs] of this.#seen) if (nowMs - atMs > PEER_FORGOTTEN_MS) this.#seen.delete(instance);
  }

  /** Whoever was there shortly before, however that is known. */
  get instances(): ReadonlySet<string> {
    return new Set([...this.#heard.keys(), ...this.#seen.keys()]);
  }

  /** What those that can be heard say of themselves. */
  get signs(): readonly LifeSign[] {
    return [...this.#heard.values()].map(({ sign }) => sign);
  }
}
