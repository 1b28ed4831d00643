import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/manual-clock.ts';
import { LeaseRedis } from '../../../test/support/lease-redis.ts';
import { LogLines } from '../../../test/support/log-lines.ts';
import type { Candidate } from '../leases.ts';
import type { Fence } from '../store.ts';
import { RedisLeases } from './redis-leases.ts';

let clock: ManualClock;
let redis: LeaseRedis;
beforeEach(() => {
  clock = new ManualClock();
  redis = new LeaseRedis(clock);
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10) {
    clock.advance(Math.min(10, left));
    await turns();
  }
}

class Contender implements Candidate {
  readonly log = new LogLines();
  readonly leases: RedisLeases;
  readonly calls: string[] = [];
  fence: Fence | undefined;
  /** Nothing is heard of it any more. */
  isKilled = false;
  /** What a call waits for. */
  hold: Promise<void> = Promise.resolve();

  constructor(name: string) {
    const link: ConstructorParameters<typeof RedisLeases>[1] = {
      run: (...asked) => (this.isKilled ? new Promise(() => undefined) : redis.run(...asked)),
      command: (...asked) => redis.command(...(asked as [string, string])),
    };
    this.leases = new RedisLeases(name, link, clock, () => 0.5, this.log);
  }

  async lead(fence: Fence | undefined): Promise<void> {
    this.calls.push('lead');
    this.fence = fence;
    await this.hold;
  }

  async follow(): Promise<void> {
    this.calls.push('follow');
    await this.hold;
    this.calls.push('followed');
  }

  get mayWrite(): boolean {
    return this.fence !== undefined && this.leases.allows(this.fence);
  }
}

async function two(): Promise<[Contender, Contender]> {
  const [one, other] = [new Contender('one'), new Contender('other one')];
  await one.leases.stand('feed:x', one);
  await other.leases.stand('feed:x', other);
  return [one, other];
}

it('makes the first the leader, and lets both know who it is', async () => {
  const [one, other] = await two();
  expect([one.calls, other.calls]).toEqual([['lead'], []]);
  await pass(60_000);
  expect([one.calls, other.calls]).toEqual([['lead'], []]);
  expect(one.leases.holders()).toEqual(new Map([['feed:x', 'one']]));
  expect(other.leases.holders()).toEqual(new Map([['feed:x', 'one']]));
  expect([one.mayWrite, other.mayWrite]).toEqual([true, false]);
  expect(await other.leases.isHeld('feed:x')).toBe(true);
  expect(await other.leases.isHeld('feed:y')).toBe(false);
});

it('hands over at once what is released, and not before the end of what is under way', async () => {
  const [one, other] = await two();
  let end: (() => void) | undefined;
  one.hold = new Promise((done) => (end = done));
  const released = one.leases.release();
  await pass(5_000);
  expect([one.calls, other.calls]).toEqual([['lead', 'follow'], []]);
  expect(one.mayWrite).toBe(true);
  end?.();
  await turns();
  await released;
  await pass(500);
  expect([one.calls, other.calls]).toEqual([['lead', 'follow', 'followed'], ['lead']]);
  expect(one.leases.holders()).toEqual(new Map());
  expect(other.fence?.token).toBeGreaterThan(one.fence?.token ?? Infinity);
  expect(one.log.warnings).toEqual([]);
});

describe('a process that stood still', () => {
  it.each([2_500, 15_000])('leads no more after %d ms, before it writes anything, and says so once', async (ms) => {
    const one = new Contender('one');
    await one.leases.stand('feed:x', one);
    await one.leases.stand('feed:y', new Contender('one'));
    clock.spend(ms);
    // Its own work may be the first to wake.
    expect(one.mayWrite).toBe(false);
    redis.take('bb:{lease}:feed:x', 'other');
    await pass(10);
    expect(one.calls).toEqual(['lead', 'follow', 'followed']);
    expect(one.log.warnings).toHaveLength(1);
    expect(one.log.warnings).toMatchObject([
      [{ leases: ['feed:x', 'feed:y'], reason: 'this process stood still' }, 'leads no more'],
    ]);
  });

  it('goes on when it was short', async () => {
    const [one] = await two();
    await pass(400);
    clock.spend(1_000);
    expect(one.mayWrite).toBe(true);
    await pass(10_000);
    expect(one.calls).toEqual(['lead']);
  });
});

it('follows when it cannot renew, before another can lead, and leads again when Redis is back', async () => {
  const [one, other] = await two();
  await pass(10_000);
  redis.isAway = true;
  await pass(1_400);
  expect(one.mayWrite).toBe(true);
  await pass(500);
  expect(one.mayWrite).toBe(false);
  expect(one.calls).toEqual(['lead', 'follow', 'followed']);
  expect(one.log.warnings).toMatchObject([[{ reason: 'Redis is away' }, 'leads no more']]);
  await expect(one.leases.isHeld('feed:x')).rejects.toMatchObject({ code: 'unavailable' });
  await pass(60_000);
  expect(other.leases.holders()).toEqual(new Map());
  redis.isAway = false;
  await pass(600);
  expect([...one.calls, ...other.calls].filter((call) => call === 'lead')).toHaveLength(2);
  expect(other.leases.holders().size).toBe(1);
});

it.each(['wiped', 'given to another'])('follows when it is %s', async (what) => {
  const [one, other] = await two();
  if (what === 'wiped') redis.forget();
  else redis.take('bb:{lease}:feed:x', 'other one');
  await pass(600);
  expect(one.calls.slice(0, 3)).toEqual(['lead', 'follow', 'followed']);
  await pass(3_000);
  expect([...one.calls, ...other.calls].filter((call) => call === 'lead')).toHaveLength(2);
});

it('follows when the store refuses its fence, and never leads while it still follows', async () => {
  const [one] = await two();
  let end: (() => void) | undefined;
  one.hold = new Promise((done) => (end = done));
  redis.forget();
  one.leases.end(one.fence as Fence, 'another instance writes');
  expect(one.mayWrite).toBe(false);
  await pass(100);
  expect(one.calls).toEqual(['lead', 'follow']);
  await pass(5_000);
  expect(one.calls).toEqual(['lead', 'follow']);
  end?.();
  await turns();
  expect(one.calls).toEqual(['lead', 'follow', 'followed']);
});

it('does not lead by an answer that comes too late', async () => {
  const one = new Contender('one');
  redis.wait = async () => clock.spend(1_000);
  void one.leases.stand('feed:x', one);
  await turns();
  expect(one.calls).toEqual([]);
  redis.wait = () => Promise.resolve();
  await pass(600);
  expect(one.calls).toEqual(['lead']);
});

it('leads another within three seconds when it is killed', async () => {
  const [one, other] = await two();
  await pass(20_000);
  one.isKilled = true;
  await pass(3_000);
  expect(other.calls).toEqual(['lead']);
});
