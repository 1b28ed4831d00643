import type { FeedStatus } from '@bigboard/shared/directory';
import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import type { ConnectionState } from './connection.svelte.ts';
import { Feeds } from './feeds.svelte.ts';
import { LiveTopic } from './live-topic.svelte.ts';

const RECEIVED_MS = 500;

test('a feed tells the time of each namespace apart', () => {
  const topics = new Map<string, LiveTopic>();
  const topic = (namespace: string, name: string) => {
    const key = `${namespace}/${name}`;
    const known = topics.get(key) ?? new LiveTopic(name, { hold: () => undefined, release: () => undefined });
    topics.set(key, known);
    return known;
  };
  const show = (namespace: string, name: string, fields: object) =>
    topic(namespace, name).show(
      { topic: name, time: 1, fields: { ...fields }, log: [], removed: false, receivedAtMs: RECEIVED_MS, full: true },
      [],
    );
  const connection = { feeds: { markets: {}, sports: {} } } as unknown as ConnectionState;
  const feeds = new Feeds({ topic, connection, askAgain: () => undefined });
  feeds.start();
  flushSync();
  for (const [namespace, lastEventTime, speed] of [
    ['markets', 9_000_000, 1],
    ['sports', 1_000, 30],
  ] as const) {
    const status: FeedStatus = { title: 'C', state: 'running', source: 'recorded', speed, lastEventTime, leader: 'a' };
    const entry = { kind: 'x', title: 'x', feed: 'c' };
    show(namespace, 'topics', { 'feed:c': entry, 'quote:A': entry, 'match:A': entry });
    flushSync();
    show(namespace, 'feed:c', status);
  }
  flushSync();
  expect(feeds.streamTimeAt('markets', 'quote:A', RECEIVED_MS + 10)).toBe(9_000_010);
  expect(feeds.streamTimeAt('sports', 'match:A', RECEIVED_MS + 10)).toBe(1_300);
  feeds.stop();
});
