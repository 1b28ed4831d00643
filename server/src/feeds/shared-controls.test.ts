import { beforeEach, describe, expect, it } from 'vitest';
import { FeedLife } from '../../test/support/feed-lives.ts';
import { LogLines } from '../../test/support/log-lines.ts';
import type { Bus } from '../store/bus.ts';
import { FeedControls } from './controls.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { SharedControls } from './shared-controls.ts';

/** Carries texts between its ends, each a moment later, unless it is cut. */
class Wire {
  readonly ends: Set<(channel: string, text: string) => void>[] = [];
  isCut = false;

  end(): Bus {
    const listeners = new Set<(channel: string, text: string) => void>();
    this.ends.push(listeners);
    return {
      publish: (channel, text) => {
        if (this.isCut) return;
        const others = this.ends.filter((each) => each !== listeners);
        queueMicrotask(() => others.forEach((each) => each.forEach((hear) => hear(channel, text))));
      },
      onMessage: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }
}

let wire: Wire;
/** Of the instance that leads the market. */
let life: FeedLife;
let leading: SharedControls;
let other: SharedControls;
let log: LogLines;
let holders: Map<string, string>;

beforeEach(async () => {
  wire = new Wire();
  log = new LogLines();
  holders = new Map([['feed:market', 'one']]);
  const create = () => new MarketSimulator({ seed: 7, symbols: 1 });
  life = await FeedLife.begin(create());
  const idle = new FeedLife(create());
  const leases = {
    holders: () => holders,
    stand: async () => undefined,
    isHeld: async () => true,
    release: async () => undefined,
  };
  leading = new SharedControls(new FeedControls([life.led], 'one'), leases, wire.end(), 'p1', life.clock, log);
  other = new SharedControls(new FeedControls([idle.led], 'two'), leases, wire.end(), 'p2', life.clock, log);
});

describe('from any instance', () => {
  it('the feeds are told with their leader, as the leader tells them', async () => {
    await life.pass(3_000);
    const told = await leading.list();
    expect(told).toMatchObject([{ feed: 'market', state: 'running', leader: 'one' }]);
    expect(await other.list()).toEqual(told);
  });

  it('a command reaches the leader, and is answered when it is stored', async () => {
    const answers: string[] = [];
    const stored = other.control({ feed: 'market', action: 'pause' }).then(() => answers.push('paused'));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect([life.runner.state, answers]).toEqual(['paused', []]);
    await life.pass(50);
    await stored;
    expect(await life.status('markets')).toMatchObject({ state: 'paused' });
  });

  it.each([
    ['what it cannot do', { feed: 'market', action: 'seek', toMs: 5 }, 'bad_request'],
    ['a feed that is not there', { feed: 'nobody', action: 'pause' }, 'not_found'],
  ] as const)('is refused %s', async (_what, request, code) => {
    await expect(other.control(request)).rejects.toMatchObject({ code });
    await expect(leading.control(request)).rejects.toMatchObject({ code });
  });
});

describe('of a leader that is lost', () => {
  it('a command is answered after three seconds', async () => {
    wire.isCut = true;
    const refused = expect(other.control({ feed: 'market', action: 'pause' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('may be in force'),
    });
    await life.pass(3_000);
    await refused;
  });

  it.each([
    ['one', 'the instance that leads it does not answer'],
    [undefined, 'no instance leads it now'],
  ])('the list says so, when it was %s', async (leader, reason) => {
    wire.isCut = true;
    if (leader === undefined) holders.clear();
    const listed = other.list();
    await life.pass(1_100);
    const [standing] = await listed;
    expect(standing).toMatchObject({ feed: 'market', state: 'stalled', reason, actions: [] });
    expect(standing?.leader).toBe(leader);
    expect(standing?.positionMs).toBeUndefined();
  });

  it('who stops answers what it was asked', async () => {
    const answer = expect(other.control({ feed: 'market', action: 'pause' })).rejects.toMatchObject({
      code: 'unavailable',
    });
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    void life.led.follow();
    await life.pass(50);
    await answer;
  });
});

it('does not mind what it does not understand, nor answers to nobody', async () => {
  const bus = wire.end();
  for (const text of ['', 'null', '{"ask":1}', '{"answer":"p1:9","done":true}', '{"ask":"x","control":{"feed":1}}']) {
    bus.publish('commands', text);
    bus.publish('elsewhere', text);
  }
  await life.pass(50);
  expect(log.warnings).toHaveLength(8);
  leading.stop();
  other.stop();
  bus.publish('commands', '?');
  await life.pass(50);
  expect(log.warnings).toHaveLength(8);
});
