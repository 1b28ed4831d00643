import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { ClusterBus } from '../src/socket/cluster-bus.ts';
import { createIoServer } from '../src/socket/io-server.ts';
import { openAdapterClients } from '../src/store/redis/redis-link.ts';
import { LogLines } from './support/log-lines.ts';
import { RedisServer } from './support/redis-server.ts';

const PATIENT = { timeout: 15_000, interval: 20 };

/** The bus of one instance, and what it has heard. */
class Station implements AsyncDisposable {
  readonly bus: ClusterBus;
  readonly heard: string[] = [];
  readonly #io = createIoServer({
    allowedOrigins: [],
    transports: ['websocket'],
    clock: systemClock,
    isDraining: () => false,
  });
  readonly #clients: ReturnType<typeof openAdapterClients>;
  #counter = 0;

  constructor(url: string, name: string) {
    this.#clients = openAdapterClients({ url: url, name }, systemClock, new LogLines());
    this.bus = new ClusterBus(this.#io, this.#clients);
    this.bus.onMessage((channel, text) => this.heard.push(`${channel} ${text}`));
    this.#io.attach(createServer());
  }

  /** Says something new, again and again, until the other has heard it. */
  async reaches(other: Station): Promise<void> {
    const first = ++this.#counter;
    await expect
      .poll(() => {
        this.bus.publish('news', String(this.#counter++));
        return other.heard.some((line) => Number(line.split(' ')[1]) >= first);
      }, PATIENT)
      .toBe(true);
    other.heard.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#io.close();
    this.#clients.close();
  }
}

describe('the bus', () => {
  let redis: RedisServer;
  let one: Station;
  let two: Station;
  beforeEach(async () => {
    redis = await RedisServer.start();
    one = new Station(redis.url, 'one');
    two = new Station(redis.url, 'two');
  });
  afterEach(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  const reachEachOther = async () => {
    await one.reaches(two);
    await two.reaches(one);
  };

  it('carries texts to the others and not to oneself, whatever is in them', async () => {
    await reachEachOther();
    const text = JSON.stringify({ deep: ['é “\u2028” \ud83d\ude00', { n: 9_007_199_254_740_991 }], empty: [] });
    one.bus.publish('batch', text);
    await expect.poll(() => two.heard, PATIENT).toContain(`batch ${text}`);
    two.bus.publish('after', '');
    await expect.poll(() => one.heard, PATIENT).toContain('after ');
    expect(one.heard.filter((line) => line.startsWith('batch'))).toEqual([]);
  });

  it('works again after Redis was killed and came back, and drops what it could not send', async () => {
    await reachEachOther();
    await redis.kill();
    await expect
      .poll(() => {
        one.bus.publish('news', 'lost');
        return one.bus.dropped;
      }, PATIENT)
      .toBeGreaterThan(5);
    await redis.start();
    await reachEachOther();
    expect(two.heard).not.toContain('news lost');
  });

  it('listens again after its listening connection was cut', async () => {
    await reachEachOther();
    for (let times = 0; times < 3; times++) {
      await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await reachEachOther();
    }
  });

  it('keeps nothing for a Redis that stands still, and works again when it goes on', { timeout: 30_000 }, async () => {
    await reachEachOther();
    redis.pause();
    const beganMs = performance.now();
    let said = 0;
    await expect
      .poll(
        () => {
          one.bus.publish('news', 'x'.repeat(1_000));
          said++;
          return performance.now() - beganMs > 5_000;
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe(true);
    expect(one.bus.dropped).toBeGreaterThan(said / 2);
    redis.resume();
    await reachEachOther();
  });

  it.each([
    ['socket.io-request#/#', 'null'],
    ['socket.io-request#/#', 'no JSON'],
    ['socket.io-request#/#', '{"type":6,"data":null}'],
    ['socket.io-request#/#', '{"type":6,"data":["bus",5,{}]}'],
    ['socket.io-request#/#', '{"type":6,"data":["error",{}]}'],
    ['socket.io-request#/#', '{"type":6,"data":["connection",{}]}'],
    ['socket.io-request#/#', '{"type":4,"opts":{"rooms":[],"except":[]},"close":true}'],
    ['socket.io-request#/#', '{"type":0}'],
    ['socket.io-response#/#', 'null'],
    ['socket.io#/#', '\u0093garbage'],
    ['socket.io#/#', ''],
  ])('is not hurt by what others write into Redis: %s %s', async (channel, message) => {
    await reachEachOther();
    await redis.command('PUBLISH', channel, message);
    await reachEachOther();
  });
});
