import { expect, test } from 'vitest';
import { statusText } from './status-text.ts';

test('every state is a word, not only a colour', () => {
  expect(statusText({ state: 'live', latencyMs: 84 })).toMatchObject({ words: 'Live', figure: '84 ms' });
  expect(statusText({ state: 'empty' }).words).toBe('No feeds');
  expect(statusText({ state: 'stale', feeds: 1, ageMs: 12_000 })).toMatchObject({
    words: '1 feed stale',
    figure: '12 s',
  });
  expect(statusText({ state: 'stale', feeds: 0, ageMs: 4_000 }).words).toBe('Server silent');
  const cause = 'Redis is away';
  expect(statusText({ state: 'stale', feeds: 0, ageMs: 4_000, cause }).words).toBe('Not updating');
  expect(statusText({ state: 'paused', feeds: 1, ageMs: 720_000 })).toMatchObject({
    words: 'Feed paused',
    figure: '12 min',
  });
  expect(statusText({ state: 'reconnecting', attempt: 2, retryInMs: 2_400 }).figure).toBe('try 2 in 3 s');
  expect(statusText({ state: 'reconnecting', attempt: 2, retryInMs: undefined }).figure).toBe('try 2');
});
