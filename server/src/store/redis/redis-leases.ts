import type { Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import type { LeaseGuard } from '../leased-store.ts';
import type { Candidate, Leases } from '../leases.ts';
import { StoreError, type Fence } from '../store.ts';
import { RedisFailure } from './redis-failure.ts';
import { leaseKey, RedisLease, type LeaseLink } from './redis-lease.ts';
import type { RedisLink } from './redis-link.ts';

const RETRY_MS = 1_000;

interface Loss {
  readonly name: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** The leases of an instance that shares one Redis with others. */
export class RedisLeases implements Leases, LeaseGuard {
  readonly #instance: string;
  readonly #link: LeaseLink & Pick<RedisLink, 'command'>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #leases = new Map<string, RedisLease>();
  /** Of this turn: they are told together. */
  #losses: Loss[] = [];

  /**
   * @param instance the name this process is known by
   * @param link which can run `LEASE_SCRIPTS`
   * @param random 0 to 1
   */
  constructor(
    instance: string,
    link: LeaseLink & Pick<RedisLink, 'command'>,
    clock: Clock,
    random: () => number,
    log: Logger,
  ) {
    this.#instance = instance;
    this.#link = link;
    this.#clock = clock;
    this.#random = random;
    this.#log = log;
  }

  async stand(name: string, candidate: Candidate): Promise<void> {
    if (this.#leases.has(name)) throw new RangeError(`${name} is stood for already`);
    const lease = new RedisLease(name, candidate, this.#instance, this.#link, this.#clock, this.#random, {
      led: (led) => this.#log.info({ lease: led }, 'leads'),
      lost: (lost, reason, sinceMs) => this.#tellLoss({ name: lost, reason, sinceMs }),
    });
    this.#leases.set(name, lease);
    await lease.stand();
  }

  holders(): ReadonlyMap<string, string> {
    return new Map([...this.#leases.values()].flatMap(({ name, holder }) => (holder ? [[name, holder] as const] : [])));
  }

  async isHeld(name: string): Promise<boolean> {
    try {
      return (await this.#link.command('EXISTS', leaseKey(name))) === 1;
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      throw new StoreError('unavailable', error.message, { cause: error, retryInMs: RETRY_MS });
    }
  }

  async release(names: readonly string[] = [...this.#leases.keys()]): Promise<void> {
    const released = names.flatMap((name) => this.#leases.get(name) ?? []);
    await Promise.all(released.map((lease) => lease.release()));
    for (const { name } of released) this.#leases.delete(name);
  }

  allows({ name, token }: Fence): boolean {
    return this.#leases.get(name)?.allows(token) === true;
  }

  end({ name, token }: Fence, reason: string): void {
    this.#leases.get(name)?.end(token, reason);
  }

  #tellLoss(loss: Loss): void {
    this.#losses.push(loss);
    if (this.#losses.length > 1) return;
    this.#clock.soon(() => {
      const losses = this.#losses;
      this.#losses = [];
      for (const reason of new Set(losses.map((each) => each.reason))) {
        const alike = losses.filter((each) => each.reason === reason);
        const sinceMs = Math.round(Math.max(...alike.map((each) => each.sinceMs)));
        this.#log.warn({ leases: alike.map(({ name }) => name), reason, sinceMs }, 'leads no more');
      }
    });
  }
}
