import { expect, test } from 'vitest';
import { describeFeed } from './feed-label.ts';

const FEED = { title: 'World Cup 2022', state: 'running', lastEventTime: 0, leader: 'a' } as const;

test('a replay says what it is and how fast it runs', () => {
  expect(describeFeed({ ...FEED, source: 'recorded', staged: true, speed: 30 })).toBe('Recorded 2022 · staged · 30×');
});

test('made-up numbers are called simulated', () => {
  expect(describeFeed({ ...FEED, source: 'simulated', speed: 1 })).toBe('Simulated');
});
