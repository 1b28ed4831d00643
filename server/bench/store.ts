// How many updates a second the stores take in batches, side by side, and what Redis holds of a topic afterwards.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { logLimitOf } from '@bigboard/shared/kinds';
import type { Update } from '@bigboard/shared/update';
import { systemClock } from '../src/clock.ts';
import type { Logger } from '../src/logger.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { emptyLogs } from '../src/store/namespace-log.ts';
import type { Leases } from '../src/store/leases.ts';
import { openRedisStore, type RedisStore } from '../src/store/redis/redis-store.ts';
import type { Store } from '../src/store/store.ts';
import { RedisServer } from '../test/support/redis-server.ts';
import { UnrulyBus } from '../test/support/unruly-bus.ts';

const USAGE = `Usage: npm run bench:store -- [--seconds 3]

Starts a redis-server of its own (REDIS_SERVER_PATH, or the one on the PATH) and appends to each store for so long.`;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const seconds = Number(values.seconds);

/** Batches under way at a time, as several producers have them. */
const UNDER_WAY = 16;
const SYMBOLS = 50;

const nothing = () => undefined;
const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing };
const always: Leases = {
  stand: (_name, candidate) => candidate.lead(undefined),
  holders: () => new Map(),
  isHeld: () => Promise.resolve(true),
  release: () => Promise.resolve(),
};

let made = 0;
function quote(): Update {
  const value = ++made;
  const last = 80 + (value % 977) / 100;
  const fields = {
    last,
    bid: last - 0.01,
    bidSize: value % 500,
    ask: last + 0.01,
    askSize: value % 700,
    volume: value,
  };
  return { topic: `quote:SYM${value % SYMBOLS}`, time: 1_795_229_596_399 + value, fields };
}

interface Figure {
  readonly perSecond: number;
  /** Microseconds of computing an update took, here and in Redis: what stays the same on a machine that is busy with other things. */
  readonly hereUs: number;
  readonly redisUs: number;
}

async function redisCpuUs(): Promise<number> {
  const info = String(await redis.command('INFO', 'cpu'));
  const seconds = ['used_cpu_user:', 'used_cpu_sys:'].map((name) => Number(info.split(name)[1]?.split('\r')[0]));
  return seconds.reduce((sum, each) => sum + each, 0) * 1e6;
}

async function measure(store: Store, size: number): Promise<Figure> {
  const cpuBefore = process.cpuUsage();
  const redisBefore = await redisCpuUs();
  const untilMs = performance.now() + seconds * 1_000;
  let stored = 0;
  const startedMs = performance.now();
  const produce = async (index: number) => {
    while (performance.now() < untilMs) {
      const updates = Array.from({ length: size }, quote);
      const appended = await store.append('markets', { producer: `p${index}`, updates });
      stored += appended.updates.length;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, (_, index) => produce(index)));
  const perSecond = Math.round((stored * 1_000) / (performance.now() - startedMs));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond, hereUs: (user + system) / stored, redisUs: ((await redisCpuUs()) - redisBefore) / stored };
}

async function bytesOf(redis: RedisServer, key: string): Promise<number> {
  return Number(await redis.command('MEMORY', 'USAGE', key, 'SAMPLES', 0));
}

const redis = await RedisServer.start();
const bus = new UnrulyBus();
const open = (name: string): Promise<RedisStore> => {
  let epochs = 0;
  const newEpoch = () => `${name}${++epochs}`;
  return openRedisStore(
    { url: redis.url, instance: name, name, newEpoch, bus: bus.member(name), patienceMs: 0 },
    systemClock,
    quiet,
  );
};

console.log(
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}; ${SYMBOLS} quotes, ${UNDER_WAY} batches under way`,
);
const memory = new MemoryStore(
  systemClock,
  emptyLogs(() => `memory${++made}`),
);
const first = await open('first');
await first.keepWith(always);
const figures = new Map<string, number>();
const run = async (what: string, store: Store) => {
  for (const size of [20, 200]) {
    const { perSecond, hereUs, redisUs } = await measure(store, size);
    figures.set(`${what} ${size}`, perSecond);
    const ofMemory = (perSecond / (figures.get(`memory ${size}`) ?? perSecond)).toFixed(2);
    console.log(
      `${what.padEnd(28)} batches of ${String(size).padStart(3)}: ${String(perSecond).padStart(7)} updates/s, ${ofMemory} of the store in memory; ` +
        `computing per update ${hereUs.toFixed(1)} us here, ${redisUs.toFixed(1)} us in Redis`,
    );
  }
};
await run('memory', memory);
await run('Redis, one instance', first);
const second = await open('second');
await run('Redis, and one that follows', first);
await second.close();

// What a topic takes: its document full, as it stands in the keyframe.
const trade = (index: number) => ({ price: 80 + index / 100, size: index, side: 'buy' });
const candle = (index: number) => [1_795_229_580_000 + index * 60_000, 80.12, 80.95, 79.87, 80.44, 1_000 + index];
for (const [kind, entry] of [['trades:SYM', trade] as const, ['candles:SYM', candle] as const]) {
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const topic = kind === 'trades:SYM' ? `${kind}${symbol}` : `${kind}${symbol}:1m`;
    const log = Array.from({ length: logLimitOf(topic) }, (_, index) => entry(index));
    for (let from = 0; from < log.length; from += 20) {
      const updates = [{ topic, time: 1_795_229_596_399, log: log.slice(from, from + 20) }];
      await first.append('markets', { producer: 'p', updates });
    }
  }
}
const { epoch, seq } = await first.load('markets');
const key = (name: string) => `bb:{markets}:${epoch}:${name}`;
while (Number(await redis.command('GET', key('keyframe'))) < seq) await new Promise((later) => setTimeout(later, 100));
console.log(`\nIn Redis, of ${SYMBOLS} quotes, ${SYMBOLS} topics of trades and ${SYMBOLS} of candles, all full:`);
for (const name of ['documents', 'log']) {
  console.log(`${name.padEnd(16)} ${String(await bytesOf(redis, key(name))).padStart(10)} bytes`);
}
for (const topic of ['quote:SYM0', 'trades:SYM0', 'candles:SYM0:1m']) {
  console.log(
    `${topic.padEnd(16)} ${String(await redis.command('HSTRLEN', key('documents'), topic)).padStart(10)} bytes`,
  );
}
await first.close();
await redis[Symbol.asyncDispose]();
