import type { Json } from '@bigboard/shared/json';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { describe, expect, test } from 'vitest';
import { Connection } from '../live/connection.svelte.ts';
import { Feeds } from '../live/feeds.svelte.ts';
import { LiveTopic } from '../live/live-topic.svelte.ts';
import { silenceLimitMs, TopicFreshness } from './freshness.svelte.ts';

type Fields = Readonly<Record<string, Json>>;

/** Topics as a page has them when the server knows no others than these. */
function liveWith(topics: Readonly<Record<string, Fields>>) {
  return {
    topic(_namespace: ViewerNamespace, name: string): LiveTopic {
      const topic = new LiveTopic(name, { hold: () => undefined, release: () => undefined });
      topic.onNews(() => undefined);
      const fields = topics[name];
      if (fields !== undefined) {
        topic.show({ topic: name, time: 1, fields, log: [], removed: false, receivedAtMs: 0, full: true }, []);
      }
      return topic;
    },
  };
}

describe('how long a feed may bring nothing', () => {
  const topics = { session: { kind: 'session', title: 'session', feed: 'market' } };

  test('seconds in an open market, for the feed whose market it is', () => {
    const live = liveWith({ topics, session: { status: 'open' } });
    expect(silenceLimitMs(live, 'markets', 'market')).toBe(5_000);
    expect(silenceLimitMs(live, 'markets', 'rates')).toBe(60_000);
  });

  test.each(['pre', 'halted', 'auction', 'closed'])('for ever in a market that is not open but %s', (status) => {
    const live = liveWith({ topics, session: { status } });
    expect(silenceLimitMs(live, 'markets', 'market')).toBe(Infinity);
    expect(silenceLimitMs(live, 'markets', 'rates')).toBe(Infinity);
  });

  test('a minute while a match is in play, for ever while none is', () => {
    const cards = { a: { status: 'finished' }, b: { status: 'scheduled' } };
    expect(silenceLimitMs(liveWith({ scores: { ...cards, c: { status: 'live' } } }), 'sports', 'cup')).toBe(60_000);
    expect(silenceLimitMs(liveWith({ scores: cards }), 'sports', 'cup')).toBe(Infinity);
  });

  test.each(['markets', 'sports'] as const)(
    'a minute where nothing in %s says when it is open or played',
    (namespace) => {
      expect(silenceLimitMs(liveWith({}), namespace, 'own')).toBe(60_000);
    },
  );
});

describe('a panel of a namespace with several feeds', () => {
  const NOW_MS = 1_000_000;
  const topics = {
    scores: { kind: 'scores', title: 'scores', feed: 'cup' },
    'match:1': { kind: 'match', title: 'Japan – Spain', feed: 'cup' },
    'feed:cup': { kind: 'feed', title: 'cup', feed: 'cup' },
    'feed:league': { kind: 'feed', title: 'league', feed: 'league' },
  };
  const ended = { title: 'League', state: 'paused', reason: 'it has come to its end' };
  const connection = new Connection();
  connection.noteBeat(
    'sports',
    { feeds: { cup: { state: 'running', ageMs: 40 }, league: { state: 'paused', ageMs: 9_000 } } },
    NOW_MS,
    0,
  );
  const { topic } = liveWith({ topics, 'feed:league': ended });
  const source = { topic, connection: connection.current, askAgain: () => undefined, nowMs: NOW_MS };
  const live = { ...source, feeds: new Feeds(source) };

  test('is as stale as the worst of them if it is made of all', () => {
    const reason = 'feed paused: it has come to its end';
    expect(new TopicFreshness(live, 'sports', () => 'scores').current).toEqual({ isStale: true, ageMs: 9_000, reason });
  });

  test('is as fresh as its own feed if it comes from one', () => {
    expect(new TopicFreshness(live, 'sports', () => 'match:1').isStale).toBe(false);
  });
});
