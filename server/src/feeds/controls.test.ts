import fc from 'fast-check';
import { foldUpdates } from '@bigboard/shared/fold';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { describe, expect, it, vi } from 'vitest';
import { FeedLife, linesOf } from '../../test/support/feed-lives.ts';
import { StoreError } from '../store/store.ts';
import { FeedControls } from './controls.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { ReplayFeed } from './replay.ts';

const START_MS = 1_000_000;
const SECOND_MS = 1_000;

/** A row a second for a minute, of three topics; the third is there only for a while. */
const updates: NamespacedUpdate[] = Array.from({ length: 60 }, (_, index) => ({
  namespace: 'sports',
  update: {
    topic: `tape:${index % 3}`,
    time: START_MS + index * SECOND_MS,
    fields: { [`f${index % 5}`]: index },
    log: [index],
    ...(index % 20 === 14 ? { reset: true as const } : {}),
  },
}));
const header = { bigboard: 1, title: 'A minute', source: 'me', licence: 'CC0-1.0', origin: 'recorded' } as const;
const endTimeMs = START_MS + 60 * SECOND_MS;

function minute(options: { loop?: boolean; speed?: number } = {}) {
  return new ReplayFeed(
    { header: { ...header, endTimeMs }, updates, fingerprint: 'a minute' },
    { name: 'minute', ...options },
  );
}

async function begin(feed: ReplayFeed | MarketSimulator = minute()) {
  const life = await FeedLife.begin(feed);
  const controls = new FeedControls([life.led], 'one');
  return { life, controls, ...actions(controls, feed.name) };
}

function actions(controls: FeedControls, feed: string) {
  return {
    pause: () => void controls.control({ feed, action: 'pause' }),
    resume: () => void controls.control({ feed, action: 'resume' }),
    speed: (speed: number) => void controls.control({ feed, action: 'speed', speed }),
    seek: (seconds: number) => void controls.control({ feed, action: 'seek', toMs: START_MS + seconds * SECOND_MS }),
  };
}

/** The topics that are there, with their fields and entries. */
function contents(documents: Iterable<TopicDocument>): Record<string, unknown> {
  const live = [...documents].filter(({ removed, topic }) => !removed && topic !== 'feed:minute');
  return Object.fromEntries(
    live.map((document) => [document.topic, [document.values(), document.log.map(({ n, entry }) => [n, entry])]]),
  );
}

function shown(life: FeedLife): Record<string, unknown> {
  const documents = new Map<string, TopicDocument>();
  for (const { namespace, from, updates: stored } of life.store.history) {
    if (namespace === 'sports') foldUpdates(documents, from, stored);
  }
  return contents(documents.values());
}

/** What a viewer has after the first seconds of it. */
function shownAt(seconds: number): Record<string, unknown> {
  const documents = new Map<string, TopicDocument>();
  foldUpdates(
    documents,
    0,
    updates.slice(0, seconds + 1).map(({ update }) => update),
  );
  return contents(documents.values());
}

it('stands still while paused, says so at once, and goes on from there', async () => {
  const { life, pause, resume } = await begin();
  await life.pass(10_500);
  pause();
  await life.pass(50);
  expect(await life.status('sports')).toMatchObject({ state: 'paused', lastEventTime: START_MS + 10 * SECOND_MS });
  await life.pass(60_000);
  expect(shown(life)).toEqual(shownAt(10));
  expect(life.clock.pendingCount).toBe(0);
  resume();
  await life.pass(50);
  expect(await life.status('sports')).toMatchObject({ state: 'running' });
  await life.pass(2_000);
  expect(shown(life)).toEqual(shownAt(12));
});

it('changes its speed without a jump, and plays as fast as it goes with 0', async () => {
  const { life, speed } = await begin();
  await life.pass(10_500);
  speed(10);
  await life.pass(1_000);
  expect(await life.status('sports')).toMatchObject({ speed: 10 });
  expect(shown(life)).toEqual(shownAt(20));
  speed(0);
  await life.pass(100);
  expect(shown(life)).toEqual(shownAt(59));
  expect(await life.status('sports')).toMatchObject({ state: 'paused', reason: 'it has come to its end' });
});

it('is answered when it would outlive a restart, or with what keeps it from that', async () => {
  const { life, controls } = await begin();
  await life.pass(10_000);
  const answers: string[] = [];
  const stored = controls.control({ feed: 'minute', action: 'pause' }).then(() => answers.push('paused'));
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(answers).toEqual([]);
  await life.pass(50);
  expect(answers).toEqual(['paused']);
  await stored;
  const after = await FeedLife.begin(minute(), life.store.history);
  expect(await after.status('sports')).toMatchObject({ state: 'paused' });

  life.store.spoil = () => {
    throw new StoreError('unavailable', 'the disk is away');
  };
  const refused = controls.control({ feed: 'minute', action: 'speed', speed: 3 });
  const told = expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('restart'),
  });
  await life.pass(50);
  await told;
  expect(await controls.list()).toMatchObject([{ speed: 3 }]);
});

it('is answered when the instance stops before it is stored', async () => {
  const { life, controls } = await begin();
  const answer = controls.control({ feed: 'minute', action: 'pause' });
  await life.runner.stop();
  await expect(answer).rejects.toMatchObject({ code: 'draining' });
  await expect(controls.control({ feed: 'minute', action: 'resume' })).rejects.toMatchObject({ code: 'draining' });
});

it('stays paused over a restart when that came while another command was stored', async () => {
  const { life, seek, pause } = await begin();
  await life.pass(10_000);
  seek(30);
  life.clock.advance(0);
  pause();
  await life.pass(200);
  const after = await FeedLife.begin(minute(), life.store.history);
  expect(await after.status('sports')).toMatchObject({ state: 'paused', lastEventTime: START_MS + 30 * SECOND_MS });
});

describe('a seek', () => {
  it.each([false, true])('shows at once what there was at that moment, paused %j', async (isPaused) => {
    const { life, pause, seek } = await begin();
    await life.pass(30_500);
    if (isPaused) pause();
    for (const second of [12, 45, 45, 13, 3, 58, 0]) {
      seek(second);
      await life.pass(50);
      expect(shown(life)).toEqual(shownAt(second));
      expect(await life.status('sports')).toMatchObject({ state: isPaused ? 'paused' : 'running' });
    }
    await life.pass(5_000);
    expect(shown(life)).toEqual(shownAt(isPaused ? 0 : 5));
  });

  it('brings a recording back that has come to its end', async () => {
    const { life, controls, seek, resume } = await begin(minute({ speed: 0 }));
    await life.pass(1_000);
    expect(await controls.list()).toMatchObject([{ state: 'paused', reason: 'it has come to its end' }]);
    expect(resume).toThrow('it has come to its end');
    actions(controls, 'minute').speed(1);
    seek(50);
    await life.pass(3_050);
    expect(shown(life)).toEqual(shownAt(53));
  });

  it('goes on as commanded after a crash at any moment', async () => {
    const { life, seek, speed, pause } = await begin(minute({ loop: true, speed: 5 }));
    await life.pass(7_000);
    seek(20);
    await life.pass(300);
    speed(2);
    await life.pass(6_000);
    seek(5);
    await life.pass(50);
    pause();
    await life.pass(50);
    for (let count = 1; count <= life.store.history.length; count++) {
      const history = life.store.history.slice(0, count);
      const after = await FeedLife.begin(minute({ loop: true, speed: 5 }), history);
      await after.pass(50);
      expect(after.log.warnings).toEqual([]);
      const { seek: seekAfter } = actions(new FeedControls([after.led], 'one'), 'minute');
      // What was there when it came back was of one moment: wherever it goes from there, nothing is left over.
      seekAfter(30);
      await after.pass(50);
      const second = Math.floor((after.runner.positionMs - START_MS) / SECOND_MS);
      expect(shown(after)).toEqual(shownAt(second));
    }
    const after = await FeedLife.begin(minute({ loop: true, speed: 5 }), life.store.history);
    await after.pass(10_000);
    expect(await after.status('sports')).toMatchObject({ state: 'paused', speed: 2 });
    expect(shown(after)).toEqual(shownAt(5));
    expect(linesOf(after.store.history, 'sports')).toEqual(linesOf(life.store.history, 'sports'));
  });

  it('in the middle of another leaves what was there after a crash at any moment', async () => {
    const crowded = Array.from({ length: 600 }, (_, index): NamespacedUpdate => {
      const time = START_MS + index * 100;
      return { namespace: 'sports', update: { topic: `tape:${index % 3}`, time, log: [index] } };
    });
    const create = () =>
      new ReplayFeed(
        { header: { ...header, endTimeMs }, updates: crowded, fingerprint: 'crowded' },
        { name: 'minute', fromMs: 55 * SECOND_MS },
      );
    const { life, pause, seek } = await begin(create());
    pause();
    await life.pass(50);
    seek(50);
    life.clock.advance(0);
    await vi.waitUntil(() => life.clock.pendingCount > 0);
    seek(20);
    await life.pass(1_000);
    for (let count = 1; count <= life.store.history.length; count++) {
      const after = await FeedLife.begin(create(), life.store.history.slice(0, count));
      await after.pass(1_000);
      const there = crowded.map(({ update }) => update).filter(({ time }) => time <= after.runner.positionMs);
      const documents = new Map<string, TopicDocument>();
      foldUpdates(documents, 0, there);
      expect(shown(after)).toEqual(contents(documents.values()));
    }
  });

  it('of a recording leaves what it shows from any place, in any pass', () => {
    const step = fc.oneof(
      fc.record({ take: fc.nat(90) }),
      fc.record({ seekMs: fc.integer({ min: 0, max: 60 * SECOND_MS }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: 0, max: 60 * SECOND_MS }), (steps, lastMs) => {
        const feed = minute({ loop: true });
        const documents = new Map<string, TopicDocument>();
        let seq = 0;
        const take = (row: NamespacedUpdate | undefined) => row && foldUpdates(documents, seq++, [row.update]);
        for (const row of feed.opening()) take(row);
        for (const each of steps) {
          if ('seekMs' in each) feed.seek(START_MS + each.seekMs);
          else for (let count = 0; count < each.take; count++) take(feed.next());
        }
        feed.seek(START_MS + lastMs);
        while ((feed.nextDueMs() ?? Infinity) <= START_MS + lastMs && lastMs < 60 * SECOND_MS) take(feed.next());
        if (lastMs < 60 * SECOND_MS) {
          expect(contents(documents.values())).toEqual(shownAt(Math.floor(lastMs / SECOND_MS)));
        }
      }),
      { seed: 20_260_113, numRuns: 300 },
    );
  });
});

it('takes the speed of its setting when that is another one at the next start', async () => {
  const { life, speed } = await begin(minute({ speed: 5 }));
  speed(2);
  await life.pass(100);
  const alike = await FeedLife.begin(minute({ speed: 5 }), life.store.history);
  expect(await alike.status('sports')).toMatchObject({ speed: 2 });
  const otherwise = await FeedLife.begin(minute({ speed: 7 }), life.store.history);
  expect(await otherwise.status('sports')).toMatchObject({ speed: 7 });
});

it('tells what each feed can do and where it stands', async () => {
  const { life, controls } = await begin();
  await life.pass(10_000);
  expect(await controls.list()).toEqual([
    {
      feed: 'minute',
      title: 'A minute',
      state: 'running',
      leader: 'one',
      speed: 1,
      positionMs: START_MS + 10 * SECOND_MS,
      actions: ['pause', 'resume', 'seek', 'speed'],
      seekable: { fromMs: START_MS, toMs: endTimeMs },
    },
  ]);
});

it.each([
  ['a feed that is not there', { feed: 'nobody', action: 'pause' }, 'not_found'],
  ['a moment outside', { feed: 'minute', action: 'seek', toMs: 5 }, 'bad_request'],
] as const)('refuses %s', async (_what, request, code) => {
  const { controls } = await begin();
  expect(() => controls.control(request)).toThrow(expect.objectContaining({ code }));
});

it('cannot seek in what is made as it goes, nor play it to an end it does not have', async () => {
  const { controls, seek, speed } = await begin(new MarketSimulator({ seed: 7, symbols: 1 }));
  expect(await controls.list()).toMatchObject([{ actions: ['pause', 'resume', 'speed'] }]);
  expect(() => seek(1)).toThrow('it cannot seek');
  expect(() => speed(0)).toThrow('it never ends');
});
