// A process of its own that stands for a lease and, while it leads, writes a line to Redis every few milliseconds.
import { systemClock } from '../../src/clock.ts';
import { createLogger } from '../../src/logger.ts';
import { LEASE_SCRIPTS } from '../../src/store/redis/redis-lease.ts';
import { RedisLeases } from '../../src/store/redis/redis-leases.ts';
import { RedisFailure } from '../../src/store/redis/redis-failure.ts';
import { RedisLink } from '../../src/store/redis/redis-link.ts';
import type { Fence } from '../../src/store/store.ts';

/** Where it writes; each line is `NAME TOKEN`. */
const WRITTEN = 'written';
const WRITE_INTERVAL_MS = 5;

const [url = '', name = ''] = process.argv.slice(2);
const log = createLogger('info');
const link = new RedisLink({ url, name }, Object.values(LEASE_SCRIPTS), log);
const leases = new RedisLeases(name, link, systemClock, Math.random, log);
let fence: Fence | undefined;

systemClock.every(WRITE_INTERVAL_MS, () => {
  if (fence === undefined || !leases.allows(fence)) return;
  link.command('RPUSH', WRITTEN, `${name} ${fence.token}`).catch((error: unknown) => {
    if (!(error instanceof RedisFailure)) throw error;
  });
});
process.once('SIGTERM', () => void leases.release().then(() => process.exit(0)));
await leases.stand('feed:x', {
  async lead(given) {
    fence = given;
  },
  async follow() {
    fence = undefined;
  },
});
