import type { Beat } from '@bigboard/shared/messages';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { fastClock } from './support/fast-clock.ts';
import { ReplicaViewer } from './support/replica-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';
import { BeatShape, FrameShape } from './support/wire-shapes.ts';

const opening = inNamespace(
  'markets',
  { topic: 'tape:a', time: 0, fields: { z: 'é', a: [1, { b: null }], '1': 1.5 }, log: ['0', '1'] },
  { topic: 'tape:b', time: 0, fields: { last: 0 } },
);

it('comes in the documented shape, and so do frames', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(20) });
  await using viewer = await Viewer.connect(board.url);
  await viewer.beat(() => true);
  await viewer.subscribe({ topics: ['tape:a'] });
  board.push('markets', { topic: 'tape:a', time: 1, fields: { last: 1 }, log: ['2'] });
  await viewer.beat(({ sums }) => sums !== undefined);
  expectTypeOf<z.infer<typeof BeatShape>>().toExtend<Beat>();
  for (const beat of viewer.beats) expect(BeatShape.parse(beat)).toEqual(beat);
  for (const frame of viewer.frames) expect(FrameShape.parse(frame)).toEqual(frame);
  expect(viewer.frames).toHaveLength(1);
});

it('carries the position of a viewer forward when nothing of its topics changes', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using viewer = await Viewer.connect(board.url);
  const { to } = await viewer.subscribe({ topics: ['tape:a'] });
  board.push('markets', { topic: 'tape:b', time: 1, fields: { last: 1 } });
  const beat = await viewer.beat((each) => (each.to ?? 0) > to);
  expect(beat).toMatchObject({ lateMs: 0 });
  expect(beat.from).toBeLessThanOrEqual(viewer.beats.at(-1)?.to ?? 0);
  expect(viewer.frames).toEqual([]);

  const resumed = await viewer.subscribe({ topics: ['tape:a'], position: { epoch: beat.epoch, seq: beat.to ?? 0 } });
  expect(resumed.deltas).toEqual([['tape:a', 0, 0, 0]]);
});

it('begins each frame and beat at or below the last number told, and never goes back', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(20) });
  await using viewer = await Viewer.connect(board.url);
  let told = (await viewer.subscribe({ topics: ['tape:a'] })).to;
  const broken: string[] = [];
  const follow = (kind: string, { from, to }: { from?: number; to?: number }) => {
    if (from === undefined || to === undefined || from > told || to < told)
      broken.push(`${kind} ${from}..${to}, ${told}`);
    told = to ?? told;
  };
  viewer.socket.on('frame', (frame) => follow('frame', frame));
  viewer.socket.on('beat', (beat) => follow('beat', beat));
  for (let n = 1; n <= 40; n++) {
    board.push('markets', { topic: n % 3 === 0 ? 'tape:a' : 'tape:b', time: n, fields: { last: n } });
    if (n % 10 === 0) await viewer.beat(({ at }) => at > (viewer.beats.at(-1)?.at ?? 0) - 1);
  }
  await viewer.frame(({ deltas }) => deltas[0]?.[1] === 39);
  expect(broken).toEqual([]);
});

it('sums up the documents so that a copy that went wrong finds out, and is put right', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(40) });
  await using viewer = new ReplicaViewer(board.url, 'markets', ['tape:a', 'tape:b']);
  const document = await viewer.settled('tape:a', () => true);
  await viewer.settled('tape:b', () => true);
  const sums = new Map<string, number>();
  viewer.socket.on('beat', (beat) => {
    for (const [topic, sum] of Object.entries(beat.sums ?? {})) sums.set(topic, sum);
  });
  await expect.poll(() => sums.size, { timeout: 5_000 }).toBe(2);
  expect(sums.get('tape:a')).toBe(document.sum());
  expect(viewer.replica.counts.mismatches).toBe(0);

  document.applyDelta(['tape:a', 0, { z: 'spoilt' }, 0], document.seq);
  await expect.poll(() => viewer.replica.counts.mismatches, { timeout: 5_000 }).toBe(1);
  await viewer.settled('tape:a', (copy) => copy.value('z') === 'é');
});

it('tells how each feed does and how old its news is', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using viewer = await Viewer.connect(board.url);
  const beat = await viewer.beat(({ feeds }) => (feeds['hand']?.ageMs ?? 0) > 2_000);
  expect(beat.feeds['hand']?.state).toBe('running');
  board.push('markets', { topic: 'tape:a', time: 1, fields: { last: 1 } });
  await viewer.beat(({ feeds }) => (feeds['hand']?.ageMs ?? Infinity) < 1_500);
  board.feed.breakDown('the wire is cut');
  board.push('markets', { topic: 'tape:a', time: 2, fields: { last: 2 } });
  await viewer.beat(({ feeds }) => feeds['hand']?.state === 'failed');
  expect((await board.snapshot('markets', 'feed:hand')).fields).toMatchObject({ reason: 'the wire is cut' });
  expect(board.log.errors.splice(0)).toHaveLength(1);
});

it('reaches a viewer that holds nothing, without a position', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using viewer = await Viewer.connect(board.url);
  const beat = await viewer.beat(() => true);
  expect(Object.keys(beat).sort()).toEqual(['at', 'epoch', 'feeds']);
});
