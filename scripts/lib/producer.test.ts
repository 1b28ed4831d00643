import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { Producer, ProducerError, type Rejected } from './producer.mjs';

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Record<string, string>;
}
interface Row {
  readonly id: number;
  readonly topic: string;
}

/** A board reduced to its ids. @param misbehave what happens to each request instead of, or after, what should */
async function openBoard(misbehave: (request: number) => 'lose' | 'lose the answer' | Answer | undefined) {
  const stored: Row[] = [];
  let requests = 0;
  const take = (rows: readonly Row[]): Answer => {
    const lastId = stored.length;
    if (rows[0] !== undefined && rows[0].id > lastId + 1) {
      return { status: 409, body: { ok: false, code: 'out_of_order', message: 'a gap', lastId } };
    }
    const news = rows.filter(({ id }) => id > lastId);
    stored.push(...news);
    const rejected = rows.flatMap(({ topic }, index) =>
      topic.startsWith('bad') ? [{ index, code: 'bad_topic', message: 'bad' }] : [],
    );
    const duplicates = rows.length - news.length;
    return { status: 200, body: { ok: true, accepted: news.length, duplicates, rejected, lastId: stored.length } };
  };
  const serve = async (request: IncomingMessage): Promise<Answer | undefined> => {
    const fault = misbehave(++requests);
    const lines = (await text(request)).split('\n').filter((line) => line !== '');
    if (fault === 'lose') return undefined;
    if (typeof fault === 'object') return fault;
    const answer = take(lines.map((line) => JSON.parse(line) as Row));
    return fault === 'lose the answer' ? undefined : answer;
  };
  const http = createServer((request, response) => {
    void serve(request).then((answer) => {
      if (answer === undefined) response.destroy();
      else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    options: {
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      token: 'bb_x',
      namespace: 'markets',
      producer: 'test',
    } as const,
    stored,
    [Symbol.dispose]: () => {
      http.close();
      http.closeAllConnections();
    },
  };
}

const update = (n: number) => ({ topic: `thing:${n}`, time: n, fields: { n } });
const busy: Answer = {
  status: 503,
  body: { ok: false, code: 'unavailable', message: 'not now' },
  headers: { 'Retry-After': '0' },
};

test('stores each update once and in order, whatever is lost on the way', async () => {
  const faults = ['lose the answer', undefined, 'lose', busy, 'lose the answer', undefined] as const;
  using board = await openBoard((request) => faults[request % faults.length]);
  const producer = await Producer.open(board.options);
  for (let n = 1; n <= 2_500; n++) await producer.push(update(n));
  await producer.close();
  expect(board.stored.map(({ topic }) => topic)).toEqual(Array.from({ length: 2_500 }, (_, n) => `thing:${n + 1}`));
  expect(producer.lastId).toBe(2_500);
});

test('goes on from what the board has', async () => {
  using board = await openBoard(() => undefined);
  const before = await Producer.open(board.options);
  await before.push(update(1));
  await before.close();
  const after = await Producer.open(board.options);
  expect(after.lastId).toBe(1);
  await after.push(update(2));
  // The board is set up anew without its data.
  await after.flushed();
  board.stored.length = 0;
  await after.push(update(3));
  await after.close();
  expect(board.stored).toEqual([{ ...update(3), id: 1 }]);
});

test('waits while the board is slower than the source', async () => {
  let taken = 0;
  const waiting: number[] = [];
  using board = await openBoard(() => {
    waiting.push(taken - board.stored.length);
    return undefined;
  });
  const producer = await Producer.open(board.options);
  const large = { topic: 'thing:large', time: 1, fields: { text: 'x'.repeat(100_000) } };
  for (; taken < 50; taken++) await producer.push(large);
  await producer.close();
  expect(board.stored).toHaveLength(50);
  expect(Math.max(...waiting)).toBeLessThanOrEqual(11);
});

test('hands over what the board does not take', async () => {
  using board = await openBoard(() => undefined);
  const rejected: Rejected[] = [];
  const producer = await Producer.open({ ...board.options, onRejected: (each) => rejected.push(each) });
  await producer.push(update(1));
  await producer.push({ topic: 'bad:1', time: 1 });
  await producer.close();
  expect(rejected).toEqual([{ code: 'bad_topic', message: 'bad', update: { topic: 'bad:1', time: 1 } }]);
});

test('sends nothing more once it has been given up, not even signs of life', async () => {
  const asked: number[] = [];
  let isDown = false;
  using board = await openBoard((request) => {
    asked.push(request);
    return isDown ? 'lose' : undefined;
  });
  const clearing = vi.spyOn(globalThis, 'clearInterval');
  const setting = vi.spyOn(globalThis, 'setInterval');
  const reasons: string[] = [];
  const producer = await Producer.open({ ...board.options, onRetry: (reason) => reasons.push(reason) });
  isDown = true;
  await producer.push(update(1));
  const flushed = producer.flushed();
  await expect.poll(() => reasons.length).toBeGreaterThan(0);
  const before = asked.length;
  producer.giveUp();
  await expect(flushed).rejects.toThrow('has given up');
  await expect(producer.push(update(2))).rejects.toThrow(ProducerError);
  expect(clearing).toHaveBeenCalledWith(setting.mock.results[0]?.value);
  isDown = false;
  const other = await Producer.open({ ...board.options, producer: 'other' });
  await other.close();
  expect([asked.length, board.stored]).toEqual([before + 1, []]);
});

test('gives up when it is refused for good, and when another counts under its name', async () => {
  const refusal = { status: 401, body: { ok: false, code: 'unauthorized', message: 'no valid token' } };
  using closed = await openBoard(() => refusal);
  await expect(Producer.open(closed.options)).rejects.toThrow('unauthorized: no valid token');

  using board = await openBoard(() => undefined);
  const producer = await Producer.open(board.options);
  const other = await Producer.open(board.options);
  await other.push(update(1));
  await other.close();
  await producer.push(update(2));
  await expect(producer.flushed()).rejects.toThrow(ProducerError);
  await expect(producer.push(update(3))).rejects.toThrow('another program');
});
