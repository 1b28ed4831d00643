import type { ClusterStatus } from '@bigboard/shared/operations';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import type { Bus } from '../store/bus.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { emptyLogs } from '../store/namespace-log.ts';
import { memoryStoreStatus } from '../store/store-status.ts';
import { TurnMeter } from './figures.ts';
import { StatusTeller } from './status-teller.ts';

/** A bus that can be cut, and on which anything can be said. */
class Wire {
  isCut = false;
  readonly #ends = new Set<(channel: string, text: string) => void>();

  end(): Bus {
    const listeners = new Set<(channel: string, text: string) => void>();
    const hear = (channel: string, text: string) => {
      for (const listener of listeners) listener(channel, text);
    };
    this.#ends.add(hear);
    return {
      publish: (channel, text) => {
        if (!this.isCut) for (const other of this.#ends) if (other !== hear) other(channel, text);
      },
      onMessage: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }

  say(channel: string, text: string): void {
    for (const hear of this.#ends) hear(channel, text);
  }
}

describe('the status of several instances', () => {
  let clock: ManualClock;
  let wire: Wire;
  const ends: (() => void)[] = [];
  beforeEach(() => {
    clock = new ManualClock();
    wire = new Wire();
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function start(name: string, viewers: { count: number }, bus?: Bus): StatusTeller {
    const turns = new TurnMeter(clock);
    const teller = new StatusTeller({
      self: { id: `${name}-1`, name, version: '1.0.0' },
      boards: new Map(),
      figures: new Map(),
      turns,
      store: new MemoryStore(
        clock,
        emptyLogs(() => 'E'),
      ),
      storeStatus: () => memoryStoreStatus,
      leases: { holders: () => new Map([['feed:market', 'one']]) },
      viewers: () => viewers.count,
      readiness: () => ({ isReady: true, degraded: [] }),
      ...(bus === undefined ? {} : { bus }),
      clock,
    });
    teller.start();
    ends.push(() => {
      teller.stop();
      turns.stop();
    });
    return teller;
  }

  const names = ({ instances }: ClusterStatus) => instances.map(({ name }) => name);

  it('knows them all by what each tells in a second, and counts who watches on all of them', () => {
    const here = { count: 4 };
    const one = start('one', here, wire.end());
    const two = start('two', { count: 1_200 }, wire.end());
    expect(one.watching()).toBe(4);
    clock.advance(1_000);
    expect(one.watching()).toBe(1_204);
    expect(two.watching()).toBe(1_204);
    here.count = 5;
    expect(one.watching()).toBe(1_205);
    const heard: ClusterStatus[] = [];
    one.onTold((status) => heard.push(status));
    clock.advance(1_000);
    expect(heard.map(names)).toEqual([['one', 'two']]);
    expect(heard[0]?.instances[1]).toMatchObject({
      viewers: 1_200,
      version: '1.0.0',
      leases: { 'feed:market': 'one' },
    });
  });

  it('takes for gone, within five seconds, who tells nothing any more, and knows it again when it does', () => {
    const one = start('one', { count: 1 }, wire.end());
    start('two', { count: 2 }, wire.end());
    clock.advance(1_000);
    wire.isCut = true;
    clock.advance(3_000);
    expect(one.watching()).toBe(3);
    clock.advance(2_000);
    expect(one.watching()).toBe(1);
    expect(names(one.current())).toEqual(['one']);
    wire.isCut = false;
    clock.advance(1_000);
    expect(one.watching()).toBe(3);
  });

  it('is exact where there is one instance and no bus', () => {
    const viewers = { count: 0 };
    const one = start('one', viewers);
    for (const count of [0, 3, 2]) {
      viewers.count = count;
      expect(one.watching()).toBe(count);
    }
    expect(names(one.current())).toEqual(['one']);
  });

  it.each(['', 'null', '{}', '{"instance":"x"}', '[]', 'no JSON'])('is not hurt by %j on the bus', (text) => {
    const one = start('one', { count: 1 }, wire.end());
    wire.say('status', text);
    wire.say('other', text);
    expect(names(one.current())).toEqual(['one']);
    expect(one.unreadable).toBe(1);
  });
});
