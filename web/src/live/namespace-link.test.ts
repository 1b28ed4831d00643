import { LIMITS } from '@bigboard/shared/limits';
import type { SubscribeAck } from '@bigboard/shared/messages';
import type { Change } from '@bigboard/shared/replica';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NamespaceLink, type LinkEvents, type ViewerSocket } from './namespace-link.ts';
import { ServerClock } from './server-clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

interface Sent {
  readonly event: string;
  readonly payload: unknown;
  readonly answer: ((ack: unknown) => void) | undefined;
}

/** As much of a socket as a link uses: what is emitted is kept, what the test says is heard. */
class FakeSocket {
  connected = false;
  readonly sent: Sent[] = [];
  readonly #listeners = new Map<string, (payload?: unknown) => void>();

  on(event: string, listener: (payload?: unknown) => void): this {
    this.#listeners.set(event, listener);
    return this;
  }

  emit(event: string, payload: unknown, answer?: (ack: unknown) => void): this {
    this.sent.push({ event, payload, answer });
    return this;
  }

  hear(event: string, payload?: unknown): void {
    if (event === 'connect') this.connected = true;
    if (event === 'disconnect') this.connected = false;
    this.#listeners.get(event)?.(payload);
  }
}

function makeLink() {
  const socket = new FakeSocket();
  const changes: Change[] = [];
  const events = {
    changed: (change: Change) => changes.push(change),
    rejected: vi.fn(),
    released: vi.fn(),
    caughtUp: vi.fn(),
    beat: vi.fn(),
    notice: vi.fn(),
    presence: vi.fn(),
    latency: vi.fn(),
    silent: vi.fn(),
  } satisfies LinkEvents;
  const link = new NamespaceLink('markets', socket as unknown as ViewerSocket, new ServerClock(), events);
  return { socket, changes, events, link };
}

const ACK: SubscribeAck = {
  ok: true,
  epoch: 'e1',
  from: 0,
  to: 5,
  at: 1_000_000,
  deltas: [
    ['watch', 1, { KIKO: 1 }, 0, 2],
    ['sparks', 1, 0, 0, 2],
  ],
  rejected: [],
};
const turn = () => vi.advanceTimersByTimeAsync(0);

test('everything wanted in one turn goes in one call', async () => {
  const { socket, link, events } = makeLink();
  socket.hear('connect');
  link.want('watch');
  link.want('sparks');
  await turn();
  expect(socket.sent.map(({ event, payload }) => [event, payload])).toEqual([
    ['subscribe', { topics: ['watch', 'sparks'] }],
  ]);
  expect(events.caughtUp).not.toHaveBeenCalled();
  socket.sent[0]?.answer?.(ACK);
  expect(events.caughtUp).toHaveBeenCalledOnce();
});

test('it has caught up when the last of several calls is answered', async () => {
  const { socket, link, events } = makeLink();
  const topics = Array.from({ length: LIMITS.namesPerCall + 1 }, (_, index) => `quote:S${index}`);
  const answer = (sent: Sent | undefined, names: readonly string[]) =>
    sent?.answer?.({ ...ACK, deltas: names.map((name) => [name, 1, { last: 1 }, 0, 2]) });
  socket.hear('connect');
  for (const topic of topics) link.want(topic);
  await turn();
  answer(socket.sent[0], topics.slice(0, -1));
  expect(socket.sent).toHaveLength(2);
  expect(events.caughtUp).not.toHaveBeenCalled();
  answer(socket.sent[1], topics.slice(-1));
  expect(events.caughtUp).toHaveBeenCalledOnce();
});

test('after a loss it resumes from its position', async () => {
  const { socket, link } = makeLink();
  socket.hear('connect');
  link.want('watch');
  link.want('sparks');
  await turn();
  socket.sent[0]?.answer?.(ACK);
  socket.hear('disconnect');
  socket.hear('connect');
  await turn();
  expect(socket.sent.at(-1)?.payload).toEqual({ topics: ['watch', 'sparks'], position: { epoch: 'e1', seq: 5 } });
});

test('no answer in five seconds is told, an answer in time is not', async () => {
  const { socket, link, events } = makeLink();
  socket.hear('connect');
  link.want('watch');
  await vi.advanceTimersByTimeAsync(4_999);
  expect(events.silent).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(events.silent).toHaveBeenCalledOnce();
  socket.hear('disconnect');
  socket.hear('connect');
  await turn();
  socket.sent.at(-1)?.answer?.(ACK);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(events.silent).toHaveBeenCalledOnce();
});

test('a beat is answered with what was seen', async () => {
  const { socket, link } = makeLink();
  socket.hear('connect');
  link.want('watch');
  await turn();
  socket.sent[0]?.answer?.(ACK);
  socket.hear('beat', { at: 1, epoch: 'e1', from: 5, to: 9, lateMs: 0, feeds: {} });
  expect(socket.sent.find(({ event }) => event === 'seen')?.payload).toEqual({ epoch: 'e1', seq: 9 });
});

test('a topic let go is unsubscribed, one never asked for is not', async () => {
  const { socket, link } = makeLink();
  socket.hear('connect');
  link.want('watch');
  link.want('sparks');
  await turn();
  socket.sent[0]?.answer?.(ACK);
  link.unwant('watch');
  link.want('movers');
  link.unwant('movers');
  await vi.advanceTimersByTimeAsync(250);
  expect(socket.sent.filter(({ event }) => event === 'unsubscribe').map(({ payload }) => payload)).toEqual([
    { topics: ['watch'] },
  ]);
});

test('a topic the server does not know is told with its reason', async () => {
  const { socket, link, events } = makeLink();
  socket.hear('connect');
  link.want('quote:NONE');
  await turn();
  const rejected = [{ topic: 'quote:NONE', code: 'unknown_topic', message: 'no such topic now' }];
  socket.sent[0]?.answer?.({ ...ACK, deltas: [], rejected });
  expect(events.rejected).toHaveBeenCalledWith('quote:NONE', 'unknown_topic', 'no such topic now');
});

test('what is let go within a moment goes in one call, and before what is wanted next', async () => {
  const { socket, link, events } = makeLink();
  socket.hear('connect');
  link.want('watch');
  link.want('sparks');
  await turn();
  socket.sent[0]?.answer?.(ACK);
  link.unwant('watch');
  await vi.advanceTimersByTimeAsync(100);
  link.unwant('sparks');
  await vi.advanceTimersByTimeAsync(150);
  expect(socket.sent.slice(1).map(({ payload }) => payload)).toEqual([{ topics: ['watch', 'sparks'] }]);
  expect(events.released).toHaveBeenCalledOnce();

  link.want('watch');
  await turn();
  socket.sent.at(-1)?.answer?.({ ...ACK, deltas: [['watch', 1, { KIKO: 1 }, 0, 2]] });
  link.unwant('watch');
  link.want('watch');
  await turn();
  expect(socket.sent.slice(-2).map(({ event }) => event)).toEqual(['unsubscribe', 'subscribe']);
});
