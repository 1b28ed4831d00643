import type { Delta } from '@bigboard/shared/delta';
import type { Update } from '@bigboard/shared/update';
import { expect, it } from 'vitest';
import { ReplicaViewer } from './support/replica-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const opening = inNamespace(
  'markets',
  { topic: 'tape:a', time: 0, fields: { last: 0 }, log: ['a0'] },
  { topic: 'tape:b', time: 0, fields: { last: 0 }, log: ['b0'] },
);

const tick = (topic: string, n: number): Update => ({ topic, time: n, fields: { last: n }, log: [`${topic} ${n}`] });

it('sees every entry once, in order, however often its connection is cut', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = new ReplicaViewer(board.url, 'markets', ['tape:a', 'tape:b']);
  await viewer.settled('tape:b', () => true);
  for (let n = 1; n <= 30; n++) {
    board.push('markets', tick('tape:a', n), tick('tape:b', n));
    if (n % 6 === 0) viewer.cut();
    if (n % 6 === 3) await viewer.settled('tape:a', ({ lastEntry }) => lastEntry >= n - 2);
  }
  for (const topic of ['tape:a', 'tape:b']) {
    const document = await viewer.settled(topic, ({ lastEntry }) => lastEntry === 31);
    expect(document.value('last')).toBe(30);
    const seen = viewer.news.filter((line) => line.startsWith(topic));
    expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => `${topic} ${index + 1}`));
  }
  expect(viewer.replica.counts).toMatchObject({ mismatches: 0, failures: 0 });
});

/** What someone writes who has read the protocol and has no library: one position, fields and entries by topic. */
class HandWritten {
  epoch = '';
  seq = 0;
  readonly state = new Map<string, { fields: Record<string, unknown>; entries: number[] }>();

  take({ epoch, to, deltas }: { epoch?: string; to: number; deltas: readonly Delta[] }): void {
    for (const [topic, , fields, entries, full] of deltas) {
      const known = this.state.get(topic);
      const copy = full || known === undefined ? { fields: {}, entries: [] } : known;
      for (const [name, value] of Object.entries(fields)) copy.fields[name] = value;
      // Spans may overlap; what is known by its number is no news.
      for (const [n] of entries === 0 ? [] : entries) if (n > (copy.entries.at(-1) ?? 0)) copy.entries.push(n);
      this.state.set(topic, copy);
    }
    this.epoch = epoch ?? this.epoch;
    this.seq = to;
  }
}

it('lets a client of twenty lines go on where it stood', async () => {
  await using board = await RunningBoard.start({ opening });
  const mine = new HandWritten();
  const topics = ['tape:a', 'tape:b'];
  for (let round = 0; round < 3; round++) {
    await using viewer = await Viewer.connect(board.url);
    const position = mine.epoch === '' ? undefined : { epoch: mine.epoch, seq: mine.seq };
    const ack = await viewer.subscribe({ topics, ...(position && { position }) });
    expect(ack.from).toBe(position?.seq ?? 0);
    expect(ack.deltas.map((delta) => delta.length)).toEqual(position ? [4, 4] : [5, 5]);
    mine.take(ack);
    viewer.socket.on('frame', (frame) => mine.take(frame));
    board.push('markets', tick('tape:a', 10 * round + 1));
    await viewer.frame(({ deltas }) => deltas[0]?.[1] === 10 * round + 1);
    viewer.socket.io.engine.close();
    board.push('markets', tick('tape:b', 10 * round + 2), tick('tape:a', 10 * round + 3));
  }
  await expect.poll(() => board.snapshot('markets', 'tape:a')).toMatchObject({ time: 23 });
  await using viewer = await Viewer.connect(board.url);
  mine.take(await viewer.subscribe({ topics, position: { epoch: mine.epoch, seq: mine.seq } }));
  for (const topic of topics) {
    const { fields, log } = await board.snapshot('markets', topic);
    expect(mine.state.get(topic)).toEqual({ fields, entries: log.map(({ n }) => n) });
  }
});

it('resumes in several calls with the same position, other topics brought along', async () => {
  await using board = await RunningBoard.start({ opening });
  await using before = await Viewer.connect(board.url);
  const { epoch, to: seq } = await before.subscribe({ topics: ['tape:a', 'tape:b'] });
  board.push('markets', tick('tape:a', 1), tick('tape:b', 2));
  await before.frame(({ deltas }) => deltas.some(([topic]) => topic === 'tape:b'));

  await using viewer = await Viewer.connect(board.url);
  const first = await viewer.subscribe({ topics: ['tape:a'], position: { epoch, seq } });
  expect(first.deltas).toEqual([['tape:a', 1, { last: 1 }, [[2, 1, 'tape:a 1']]]]);
  const second = await viewer.subscribe({ topics: ['tape:b'], position: { epoch, seq } });
  expect(second.deltas).toEqual([['tape:b', 2, { last: 2 }, [[2, 2, 'tape:b 2']]]]);
  expect(second.from).toBe(first.to);
});

it('tells a topic of which nothing changed, with nothing in it', async () => {
  await using board = await RunningBoard.start({ opening });
  await using before = await Viewer.connect(board.url);
  const { epoch, to } = await before.subscribe({ topics: ['tape:a'] });
  await using viewer = await Viewer.connect(board.url);
  const ack = await viewer.subscribe({ topics: ['tape:a'], position: { epoch, seq: to } });
  expect(ack.deltas).toEqual([['tape:a', 0, 0, 0]]);
});

it('answers a position it cannot know with everything, and not with an error', async () => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const { epoch } = await viewer.subscribe({ topics: ['tape:a'] });
  const positions = [
    { epoch: 'another', seq: 1 },
    { epoch, seq: 1_000_000 },
    { epoch, seq: Number.MAX_SAFE_INTEGER },
  ];
  for (const position of positions) {
    const ack = await viewer.subscribe({ topics: ['tape:a'], position });
    expect(ack.deltas).toMatchObject([['tape:a', 0, { last: 0 }, [[1, 0, 'a0']], expect.any(Number)]]);
    expect(ack.epoch).toBe(epoch);
  }
});

it.each([
  ['a negative seq', { epoch: 'e', seq: -1 }],
  ['a fraction', { epoch: 'e', seq: 1.5 }],
  ['not a number, which JSON turns into null', { epoch: 'e', seq: NaN }],
  ['a number JSON cannot keep whole', { epoch: 'e', seq: 9_007_199_254_740_992 }],
  ['a seq of text', { epoch: 'e', seq: '1' }],
  ['no seq', { epoch: 'e' }],
  ['no epoch', { seq: 1 }],
  ['an epoch with a blank', { epoch: 'e e', seq: 1 }],
  ['an epoch too long', { epoch: 'e'.repeat(33), seq: 1 }],
  ['a position that is null', null],
  ['a position that is a list', ['e', 1]],
])('refuses a position with %s', async (_what, position) => {
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  expect(await viewer.refusedSubscribe({ topics: ['tape:a'], position })).toMatchObject({ code: 'bad_request' });
});
