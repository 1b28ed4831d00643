import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LINGER_MS, LiveTopic } from './live-topic.svelte.ts';
import type { LogEntry, TopicState } from './topic-state.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const STATE: TopicState = {
  topic: 'quote:KIKO',
  time: 1,
  fields: { last: 86.12 },
  log: [],
  removed: false,
  receivedAtMs: 0,
  full: true,
};

class Holder {
  readonly log: string[] = [];
  hold(topic: string): void {
    this.log.push(`hold ${topic}`);
  }
  release(topic: string): void {
    this.log.push(`release ${topic}`);
  }
}

test('a topic is held while an effect reads it, and some seconds longer', async () => {
  const holder = new Holder();
  const topic = new LiveTopic('quote:KIKO', holder);
  expect(topic.current).toBeUndefined();
  expect(holder.log).toEqual([]);

  const seen: unknown[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(topic.current?.fields['last']));
  });
  flushSync();
  topic.show(STATE, []);
  flushSync();
  topic.show({ ...STATE, fields: { last: 86.13 } }, []);
  flushSync();
  expect(seen).toEqual([undefined, 86.12, 86.13]);

  stop();
  await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
  expect(holder.log).toEqual(['hold quote:KIKO']);
  expect(topic.peek()).toBeDefined();
  await vi.advanceTimersByTimeAsync(2);
  expect(holder.log).toEqual(['hold quote:KIKO', 'release quote:KIKO']);
  expect(topic.peek()).toBeUndefined();
});

test('a reader that comes back in time finds the topic still held', async () => {
  const holder = new Holder();
  const topic = new LiveTopic('quote:KIKO', holder);
  const read = () =>
    $effect.root(() => {
      $effect(() => void topic.current);
    });
  const first = read();
  flushSync();
  first();
  await vi.advanceTimersByTimeAsync(LINGER_MS / 2);
  const second = read();
  flushSync();
  await vi.advanceTimersByTimeAsync(LINGER_MS * 2);
  expect(holder.log).toEqual(['hold quote:KIKO']);
  second();
});

test('news reaches listeners once, and holds the topic', async () => {
  const holder = new Holder();
  const topic = new LiveTopic('trades:KIKO', holder);
  const heard: number[] = [];
  const stop = topic.onNews((entries) => heard.push(...entries.map(({ n }) => n)));
  const entry = (n: number): LogEntry => ({ n, time: n, entry: {} });
  topic.show(STATE, []);
  topic.show(STATE, [entry(7), entry(8)]);
  stop();
  topic.show(STATE, [entry(9)]);
  expect(heard).toEqual([7, 8]);
  await vi.advanceTimersByTimeAsync(LINGER_MS);
  expect(holder.log).toEqual(['hold trades:KIKO', 'release trades:KIKO']);
});

test('a state that was painted late is not shown after the topic was let go', async () => {
  const topic = new LiveTopic('quote:KIKO', new Holder());
  topic.onNews(() => undefined)();
  await vi.advanceTimersByTimeAsync(LINGER_MS);
  topic.show(STATE, []);
  expect(topic.peek()).toBeUndefined();
});

test('a refusal is told in place of a state', () => {
  const topic = new LiveTopic('quote:NONE', new Holder());
  const seen: unknown[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(topic.refusal?.code));
  });
  flushSync();
  topic.refuse({ code: 'unknown_topic', message: 'no such topic now' });
  flushSync();
  expect(seen).toEqual([undefined, 'unknown_topic']);
  stop();
});
