import type { Clock } from '../../src/clock.ts';
import { RedisFailure } from '../../src/store/redis/redis-failure.ts';
import { LEASE_SCRIPTS, type LeaseLink } from '../../src/store/redis/redis-lease.ts';
import type { RedisReply } from '../../src/store/redis/redis-link.ts';

/** What Redis does with leases, in memory and on a clock that a test moves. */
export class LeaseRedis implements LeaseLink {
  readonly #clock: Clock;
  readonly #leases = new Map<string, { readonly text: string; untilMs: number }>();
  #newestToken = 0;
  isAway = false;
  /** Waits before a command arrives, and before its answer does. */
  wait: () => Promise<void> = () => Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async run(script: unknown, keys: readonly string[], args: readonly (string | number)[]): Promise<RedisReply> {
    await this.wait();
    if (this.isAway) throw new RedisFailure('AWAY', 'Redis is away');
    const reply = this.#run(script, keys[0] as string, args);
    await this.wait();
    return reply;
  }

  async command(_name: string, key: string): Promise<RedisReply> {
    if (this.isAway) throw new RedisFailure('AWAY', 'Redis is away');
    return this.heldBy(key) === undefined ? 0 : 1;
  }

  heldBy(key: string): string | undefined {
    const held = this.#leases.get(key);
    return held !== undefined && held.untilMs > this.#clock.monotonicMs() ? held.text : undefined;
  }

  /** As another instance would. */
  take(key: string, instance: string): void {
    this.#leases.set(key, { text: `${++this.#newestToken} ${instance}`, untilMs: this.#clock.monotonicMs() + 2_000 });
  }

  forget(): void {
    this.#leases.clear();
  }

  #run(script: unknown, key: string, [who = '', ms]: readonly (string | number)[]): RedisReply {
    const text = this.heldBy(key);
    const untilMs = this.#clock.monotonicMs() + Number(ms);
    if (script === LEASE_SCRIPTS.take) {
      if (text !== undefined) return [0, text];
      this.#newestToken = Math.max(this.#newestToken + 1, this.#clock.wallMs() * 1_000);
      const given = `${this.#newestToken} ${who}`;
      this.#leases.set(key, { text: given, untilMs });
      return [1, given];
    }
    if (text === undefined || text !== who) return 0;
    if (script === LEASE_SCRIPTS.renew) this.#leases.set(key, { text, untilMs });
    else this.#leases.delete(key);
    return 1;
  }
}
