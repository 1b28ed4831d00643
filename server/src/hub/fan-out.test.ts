import { LIMITS } from '@bigboard/shared/limits';
import type { Beat, Frame } from '@bigboard/shared/messages';
import type { Update } from '@bigboard/shared/update';
import { beforeEach, describe, expect, test } from 'vitest';
import { Audience } from './audience.ts';
import { FanOut } from './fan-out.ts';
import { Hub } from './hub.ts';
import type { Link, Reader } from './reader.ts';

/** Keeps the texts it is sent. */
class FakeLink implements Link {
  behind = false;
  readonly frames: string[] = [];
  readonly beats: Beat[] = [];

  isBehind(): boolean {
    return this.behind;
  }

  send(event: 'frame' | 'beat', payload: string): void {
    if (event === 'frame') this.frames.push(payload);
    else this.beats.push(JSON.parse(payload) as Beat);
  }

  beatSent(): void {
    // Nobody answers beats here.
  }

  isClosed = false;
  tell(): void {}

  closeSlow(): void {
    this.isClosed = true;
  }
}

let hub: Hub;
let audience: Audience;
let fanOut: FanOut;
let nowMs: number;

beforeEach(() => {
  nowMs = 0;
  hub = new Hub({ epoch: 'one', seq: 0, documents: [] });
  audience = new Audience(hub);
  fanOut = new FanOut(audience);
  write('quote:A', 'quote:B');
  flush();
});

function write(...topics: string[]): void {
  const updates = topics.map((topic): Update => ({ topic, time: hub.seq, fields: { last: hub.seq } }));
  const from = hub.seq;
  const to = from + updates.length;
  hub.receive({ namespace: 'markets', producer: 'p', epoch: hub.epoch, from, to, updates, acceptedAtMs: nowMs });
}

function now() {
  return { wallMs: nowMs, monotonicMs: nowMs };
}

function flush(): void {
  for (const send of fanOut.begin(now())) fanOut.send(send, now());
}

function join(...topics: string[]): { link: FakeLink; reader: Reader } {
  const link = new FakeLink();
  const reader = audience.join(link);
  if (topics.length > 0) audience.subscribe(reader, { topics }, 0);
  return { link, reader };
}

function spans({ frames }: FakeLink): [number, number, string[]][] {
  return frames.map((text) => {
    const { from, to, deltas } = JSON.parse(text) as Frame;
    return [from, to, deltas.map(([topic]) => topic)];
  });
}

describe('subscribe', () => {
  test('answers each name once: with its state, or with why not', () => {
    const { reader } = join();
    const ack = audience.subscribe(reader, { topics: ['quote:A', 'quote:A', 'no such', 'quote:Z'] }, 7);
    expect(ack).toMatchObject({ ok: true, epoch: 'one', from: 0, to: 2, at: 7 });
    expect(ack.deltas).toEqual([['quote:A', 0, { last: 0 }, 0, 2]]);
    expect(ack.rejected.map(({ topic, code }) => [topic, code])).toEqual([
      ['no such', 'bad_topic'],
      ['quote:Z', 'unknown_topic'],
    ]);
  });

  test('from a position answers with what changed since, or that nothing did', () => {
    write('quote:A');
    const { reader } = join();
    const ack = audience.subscribe(reader, { topics: ['quote:A', 'quote:B'], position: { epoch: 'one', seq: 2 } }, 0);
    expect(ack.from).toBe(2);
    expect(ack.deltas).toEqual([
      ['quote:A', 2, { last: 2 }, 0],
      ['quote:B', 0, 0, 0],
    ]);
  });

  test.each([
    ['of another epoch', { epoch: 'two', seq: 2 }],
    ['ahead of this instance', { epoch: 'one', seq: 3 }],
  ])('from a position %s answers with everything', (_, position) => {
    const ack = audience.subscribe(join().reader, { topics: ['quote:A'], position }, 0);
    expect([ack.from, ack.deltas[0]?.[4]]).toEqual([0, 2]);
  });

  test('brings every other topic the reader holds to the same number', () => {
    const { reader } = join('quote:A');
    write('quote:A');
    const ack = audience.subscribe(reader, { topics: ['quote:B'] }, 0);
    expect([ack.from, ack.to]).toEqual([2, 3]);
    expect(ack.deltas.map(([topic]) => topic)).toEqual(['quote:B', 'quote:A']);
  });

  test('refuses to name nothing, and rejects more topics than a reader may hold', () => {
    expect(() => audience.subscribe(join().reader, { topics: [] }, 0)).toThrow('name at least one');
    const topics = Array.from({ length: LIMITS.heldTopics + 2 }, (_, index) => `q:${index}`);
    write(...topics);
    const ack = audience.subscribe(join().reader, { topics }, 0);
    expect([ack.deltas.length, ack.rejected.map(({ code }) => code)]).toEqual([
      LIMITS.heldTopics,
      ['too_many_topics', 'too_many_topics'],
    ]);
  });
});

describe('flush', () => {
  test('encodes one frame for all who hold the same topics', () => {
    const [a, b, other] = [join('quote:A'), join('quote:A'), join('quote:B')];
    write('quote:A', 'quote:A');
    flush();
    expect(spans(a.link)).toEqual([[2, 4, ['quote:A']]]);
    expect(b.link.frames).toEqual(a.link.frames);
    expect(other.link.frames).toEqual([]);
    expect(fanOut.isDue).toBe(false);
  });

  test('passes over a reader that is behind, and brings it all it lacks in one frame', () => {
    const { link } = join('quote:A', 'quote:B');
    link.behind = true;
    write('quote:A');
    flush();
    write('quote:B');
    flush();
    expect([link.frames, fanOut.isDue]).toEqual([[], true]);
    link.behind = false;
    flush();
    expect(spans(link)).toEqual([[2, 4, ['quote:A', 'quote:B']]]);
    flush();
    expect([link.frames.length, fanOut.isDue]).toEqual([1, false]);
  });

  test('makes no frame for a reader that is behind, however long that lasts', () => {
    const behind = join('quote:A');
    const other = join('quote:A');
    behind.link.behind = true;
    write('quote:A');
    flush();
    expect(spans(other.link)).toHaveLength(1);
    for (let round = 0; round < 3; round++) expect(fanOut.begin(now())).toEqual([]);
    expect(fanOut.isDue).toBe(true);
  });

  test('does not look again and again at readers that have paused', () => {
    const { reader, link } = join('quote:A');
    audience.pace(reader, 0);
    write('quote:A');
    flush();
    expect([fanOut.isDue, link.frames]).toEqual([false, []]);
    audience.pace(reader, 10);
    flush();
    expect(spans(link)).toEqual([[2, 3, ['quote:A']]]);
  });

  test('keeps to the pace a reader asked for', () => {
    const { link, reader } = join('quote:A');
    audience.pace(reader, 2);
    for (; nowMs < 1_000; nowMs += 50) {
      write('quote:A');
      flush();
    }
    expect(link.frames).toHaveLength(2);
    audience.pace(reader, 0);
    flush();
    nowMs += 60_000;
    flush();
    expect(link.frames).toHaveLength(2);
  });

  test('sends nothing made for a reader that has moved on or left since', () => {
    const [moved, gone] = [join('quote:A'), join('quote:A')];
    write('quote:A');
    const sends = fanOut.begin(now());
    audience.subscribe(moved.reader, { topics: ['quote:B'] }, 0);
    audience.leave(gone.reader);
    for (const send of sends) fanOut.send(send, now());
    expect([moved.link.frames, gone.link.frames]).toEqual([[], []]);
  });

  test('opens a new epoch with everything, from 0', () => {
    const { link } = join('quote:A');
    hub.replace({ epoch: 'two', seq: 1, documents: [] }, 0);
    audience.cohorts.startOver();
    fanOut.beat(now(), '{}', () => '');
    expect(link.beats).toEqual([]);
    flush();
    expect(JSON.parse(link.frames[0] as string)).toEqual({
      from: 0,
      to: 1,
      at: 0,
      epoch: 'two',
      deltas: [['quote:A', 0, 0, 0, 2]],
    });
  });
});

describe('beat', () => {
  test('carries a reader that lacks nothing to the number of the instance', () => {
    const { link } = join('quote:A');
    write('quote:B');
    fanOut.beat(now(), '{}', () => ',"sums":{"quote:A":1}');
    expect(link.beats).toEqual([{ at: 0, epoch: 'one', from: 2, to: 3, lateMs: 0, feeds: {}, sums: { 'quote:A': 1 } }]);
  });

  test('says how late a reader is while something is due to it', () => {
    const { link, reader } = join('quote:A');
    audience.pace(reader, 0);
    write('quote:A');
    flush();
    nowMs += 700;
    fanOut.beat(now(), '{}', () => ',"sums":{}');
    expect(link.beats).toEqual([{ at: 700, epoch: 'one', from: 2, to: 2, lateMs: 700, feeds: {} }]);
  });

  test('counts no delay from before a reader was in need', () => {
    const early = join('quote:A');
    audience.pace(early.reader, 0);
    write('quote:A');
    nowMs = 60_000;
    const late = join();
    audience.pace(late.reader, 0);
    audience.subscribe(late.reader, { topics: ['quote:A'] }, nowMs);
    write('quote:A');
    nowMs += 500;
    fanOut.beat(now(), '{}', () => '');
    expect([early.link.beats[0]?.lateMs, late.link.beats[0]?.lateMs]).toEqual([60_500, 500]);
  });

  test('ends a connection that has taken nothing for half a minute', () => {
    const { link } = join('quote:A');
    link.behind = true;
    for (; nowMs <= 30_000; nowMs += 1_000) fanOut.beat(now(), '{}', () => '');
    expect(link.isClosed).toBe(false);
    fanOut.beat(now(), '{}', () => '');
    expect(link.isClosed).toBe(true);
  });

  test('has no span for a reader that holds nothing, and does not go to one that is behind', () => {
    const [idle, behind] = [join(), join('quote:A')];
    behind.link.behind = true;
    fanOut.beat(now(), '{}', () => '');
    expect([idle.link.beats, behind.link.beats]).toEqual([[{ at: 0, epoch: 'one', feeds: {} }], []]);
  });
});
