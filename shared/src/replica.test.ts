import { beforeEach, describe, expect, test } from 'vitest';
import type { Delta } from './delta.ts';
import type { Frame, SubscribeAck, SubscribeRequest } from './messages.ts';
import { Replica, type Change } from './replica.ts';

const EPOCH = 'one';
let replica: Replica;
let changes: { topic: string; full: number; news: number[]; removed: boolean }[];
let nowMs: number;

beforeEach(() => {
  nowMs = 0;
  changes = [];
  replica = new Replica(({ topic, full, news, removed }: Change) => {
    changes.push({ topic, full, news: news.map(({ n }) => n), removed });
  });
  replica.connected();
});

function ack(from: number, to: number, deltas: Delta[], parts: Partial<SubscribeAck> = {}): SubscribeAck {
  return { ok: true, epoch: EPOCH, from, to, at: 0, deltas, rejected: [], ...parts };
}

function frame(from: number, to: number, deltas: Delta[], epoch?: string): Frame {
  return { from, to, at: 0, deltas, ...(epoch !== undefined && { epoch }) };
}

/** A full delta with this value and the entries 1 to `last`. */
function full(topic: string, value: number, last = 0, kind: 1 | 2 = 2): Delta {
  const entries = Array.from({ length: last }, (_, index) => [index + 1, 0, index + 1] as const);
  return [topic, value, { value }, last === 0 ? 0 : entries, kind];
}

function hold(to: number, ...deltas: Delta[]): void {
  replica.want(deltas.map(([topic]) => topic));
  expect(replica.nextRequest(nowMs)).toBeDefined();
  replica.acked(ack(0, to, deltas), nowMs);
  changes = [];
}

function ask(): SubscribeRequest | undefined {
  return replica.nextRequest(nowMs);
}

function values(...topics: string[]): unknown[] {
  return topics.map((topic) => replica.document(topic)?.value('value'));
}

describe('what it asks for', () => {
  test('new topics together, without a position, one request at a time', () => {
    replica.want(['a', 'b']);
    expect(ask()).toEqual({ topics: ['a', 'b'] });
    replica.want(['c']);
    expect(ask()).toBeUndefined();
    replica.acked(ack(0, 5, [full('a', 1), full('b', 1)]), nowMs);
    expect(ask()).toEqual({ topics: ['c'] });
  });

  test('after a reconnect first what it has, from where it stands, then what is new', () => {
    hold(5, full('a', 1), full('b', 1));
    replica.disconnected();
    expect(replica.position).toBeUndefined();
    expect(ask()).toBeUndefined();
    replica.want(['c']);
    replica.connected();
    expect(ask()).toEqual({ topics: ['a', 'b'], position: { epoch: EPOCH, seq: 5 } });
    replica.acked(ack(5, 7, [full('a', 2), ['b', 1, 0, 0]]), nowMs);
    expect(ask()).toEqual({ topics: ['c'] });
    expect(replica.position).toEqual({ epoch: EPOCH, seq: 7 });
  });

  test('at most a hundred names in a call', () => {
    replica.want(Array.from({ length: 150 }, (_, index) => `a:${index}`));
    const first = ask();
    expect(first?.topics).toHaveLength(100);
    replica.acked(ack(0, 1, first?.topics.map((topic) => full(topic, 1)) ?? []), nowMs);
    expect(ask()?.topics).toHaveLength(50);
  });

  test('topics that stand at different numbers in calls of their own', () => {
    hold(5, full('a', 1), full('b', 1));
    replica.frame(frame(6, 8, [full('b', 2)]));
    replica.disconnected();
    replica.connected();
    expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 5 } });
    replica.acked(ack(5, 9, [['a', 1, 0, 0]]), nowMs);
    expect(ask()).toEqual({ topics: ['b'], position: { epoch: EPOCH, seq: 8 } });
  });

  test('again at the time a refusal names, from the same position however often', () => {
    hold(5, full('a', 1));
    replica.disconnected();
    replica.connected();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 5 } });
      replica.refused({ ok: false, code: 'rate_limited', message: '', retryInMs: 300 }, nowMs);
      expect(ask()).toBeUndefined();
      expect(replica.nextRequestAtMs()).toBe(nowMs + 300);
      nowMs += 300;
    }
  });

  test('without a position after two refusals that name no time', () => {
    hold(5, full('a', 1));
    replica.disconnected();
    replica.connected();
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(ask()?.position).toBeDefined();
      replica.refused({ ok: false, code: 'internal', message: '' }, nowMs);
      nowMs += 1_000;
    }
    expect(ask()).toEqual({ topics: ['a'] });
  });

  test('a rejected topic only when it is wanted again', () => {
    replica.want(['a']);
    ask();
    replica.acked(ack(0, 5, [], { rejected: [{ topic: 'a', code: 'unknown_topic', message: '' }] }), nowMs);
    expect(ask()).toBeUndefined();
    expect(replica.isHeld('a')).toBe(false);
    replica.want(['a']);
    expect(ask()).toEqual({ topics: ['a'] });
  });
});

describe('rule 1: held topics only', () => {
  test('a frame does not move a topic that is asked for again', () => {
    hold(5, full('a', 1), full('b', 1));
    replica.disconnected();
    replica.connected();
    ask();
    replica.frame(frame(5, 9, [['a', 2, { value: 2 }, 0]]));
    expect(values('a')).toEqual([1]);
  });

  test('nothing is heard of a topic from the moment it is let go', () => {
    hold(5, full('a', 1), full('b', 1));
    expect(replica.unwant(['a', 'never'])).toEqual(['a']);
    replica.frame(frame(5, 6, [full('a', 2)]));
    expect(changes).toEqual([]);
    expect(replica.document('a')).toBeUndefined();
  });

  test('a topic let go and wanted again while asked for waits for its own answer', () => {
    replica.want(['a']);
    ask();
    replica.unwant(['a']);
    replica.want(['a']);
    replica.acked(ack(0, 5, [full('a', 1)]), nowMs);
    expect(replica.isHeld('a')).toBe(false);
    expect(ask()).toEqual({ topics: ['a'] });
  });

  test('the gap of one topic does not stop the others', () => {
    hold(5, full('a', 1), full('b', 1));
    replica.frame(frame(6, 8, [full('b', 2)]));
    replica.frame(frame(8, 9, [['b', 3, { value: 3 }, 0]]));
    expect(values('a', 'b')).toEqual([1, 3]);
    expect(replica.position).toEqual({ epoch: EPOCH, seq: 5 });
    expect(replica.counts.gaps).toBe(1);
    expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 5 } });
  });
});

describe('rule 4: by number', () => {
  beforeEach(() => hold(5, full('a', 1, 2)));

  test('what it has already is ignored', () => {
    replica.frame(frame(3, 5, [['a', 9, { value: 9 }, 0]]));
    expect(values('a')).toEqual([1]);
  });

  test('what overlaps is taken, and its entries once', () => {
    replica.frame(
      frame(3, 7, [
        [
          'a',
          2,
          { value: 2 },
          [
            [2, 0, 2],
            [3, 0, 3],
          ],
        ],
      ]),
    );
    expect(changes).toEqual([{ topic: 'a', full: 0, news: [3], removed: false }]);
    expect(replica.position?.seq).toBe(7);
  });

  test('a frame without the topic moves it on, and nobody is told', () => {
    replica.frame(frame(5, 8, []));
    expect(replica.position?.seq).toBe(8);
    expect(changes).toEqual([]);
  });

  test('time alone is a change', () => {
    replica.frame(frame(5, 6, [['a', 7, 0, 0]]));
    expect(replica.document('a')?.time).toBe(7);
  });

  test('entries of a full delta are news only above those known, unless a reset began them anew', () => {
    replica.frame(frame(5, 6, [full('a', 2, 3, 1)]));
    replica.frame(frame(6, 7, [full('a', 2, 3, 2)]));
    expect(changes.map(({ news }) => news)).toEqual([[3], [1, 2, 3]]);
  });

  test('a reset closes a gap; a full delta whose numbering goes on does not, for it may have begun anew in the gap', () => {
    replica.frame(frame(6, 8, [full('a', 2, 2, 1)]));
    expect(values('a')).toEqual([1]);
    expect(ask()?.position?.seq).toBe(5);
    replica.frame(frame(8, 9, [full('a', 3, 1)]));
    expect(values('a')).toEqual([3]);
    expect(changes).toEqual([{ topic: 'a', full: 2, news: [1], removed: false }]);
  });

  test('a reset the copy may have had already is asked about from where the copy stands', () => {
    replica.frame(frame(3, 7, [full('a', 2, 3)]));
    expect(changes).toEqual([]);
    expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 5 } });
    replica.acked(ack(7, 7, [['a', 2, { value: 2 }, [[3, 0, 3]]]]), nowMs);
    expect(changes).toEqual([{ topic: 'a', full: 0, news: [3], removed: false }]);
  });

  test('an answer that a reset has overtaken is asked for again', () => {
    replica.frame(frame(6, 7, []));
    ask();
    replica.frame(frame(7, 9, [full('a', 2, 1)]));
    replica.acked(ack(9, 10, [full('a', 3, 2)]), nowMs);
    expect(changes.map(({ news }) => news)).toEqual([[1]]);
    expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 9 } });
  });

  test('a wrong checksum starts the topic over', () => {
    const sum = replica.document('a')?.sum() as number;
    replica.beat({ at: 0, epoch: EPOCH, from: 5, to: 6, feeds: {}, sums: { a: sum } });
    expect(ask()).toBeUndefined();
    replica.beat({ at: 0, epoch: EPOCH, from: 6, to: 7, feeds: {}, sums: { a: sum + 1 } });
    expect(replica.counts.mismatches).toBe(1);
    expect(ask()).toEqual({ topics: ['a'] });
    replica.acked(ack(7, 7, [full('a', 4)]), nowMs);
    expect(values('a')).toEqual([4]);
    expect(ask()).toBeUndefined();
  });
});

describe('rule 6: epochs', () => {
  beforeEach(() => hold(5, full('a', 1, 2)));

  test('a frame that opens an epoch replaces everything, though its numbers are lower', () => {
    replica.frame(frame(0, 2, [full('a', 2, 1)], 'two'));
    expect(values('a')).toEqual([2]);
    expect(replica.position).toEqual({ epoch: 'two', seq: 2 });
  });

  test('an unknown epoch in a beat is asked about without a position', () => {
    replica.beat({ at: 0, epoch: 'two', from: 0, to: 9, feeds: {} });
    expect(values('a')).toEqual([1]);
    expect(replica.position).toBeUndefined();
    expect(ask()).toEqual({ topics: ['a'] });
  });

  test('an instance that is behind does not take the reader back, and is asked again after a second', () => {
    replica.disconnected();
    replica.connected();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(ask()).toEqual({ topics: ['a'], position: { epoch: EPOCH, seq: 5 } });
      replica.acked(ack(0, 3, [full('a', 0, 1)]), nowMs);
      expect([values('a'), replica.isHeld('a'), replica.position?.seq]).toEqual([[1], true, 5]);
      nowMs += 999;
      expect(ask()).toBeUndefined();
      nowMs += 1;
    }
    ask();
    replica.acked(ack(3, 7, [['a', 2, { value: 2 }, [[3, 0, 3]]]]), nowMs);
    expect(changes).toEqual([{ topic: 'a', full: 0, news: [3], removed: false }]);
  });

  test('a topic gone after a reconnect is told as removed', () => {
    replica.disconnected();
    replica.connected();
    ask();
    replica.acked(ack(0, 1, [], { epoch: 'two', rejected: [{ topic: 'a', code: 'unknown_topic', message: '' }] }), 0);
    expect(changes).toEqual([{ topic: 'a', full: 2, news: [], removed: true }]);
    expect(replica.document('a')).toBeUndefined();
  });
});
