import { expect, test } from 'vitest';
import { announceGoals, announceState } from './announcements.ts';

test('a loss is said once, and the recovery once', () => {
  expect(announceState('live', 'reconnecting')).toMatch(/lost/);
  expect(announceState('offline', 'reconnecting')).toBeUndefined();
  expect(announceState('reconnecting', 'catching-up')).toMatch(/restored/);
  expect(announceState('catching-up', 'live')).toBeUndefined();
});

test('a feed that ends is not called stale', () => {
  expect(announceState('live', 'paused')).toMatch(/paused/);
  expect(announceState('paused', 'live')).toBeUndefined();
});

test('goals that fall together are said together', () => {
  const goal = { id: '1', kind: 'goal', atMs: 0, title: 'Japan 2–1 Spain', detail: 'Tanaka 51′' } as const;
  expect(announceGoals([goal])).toBe('Goal: Japan 2–1 Spain, Tanaka 51′');
  expect(announceGoals([goal, { ...goal, title: 'Costa Rica 2–1 Germany' }])).toMatch(/^2 goals: /);
  expect(announceGoals([{ ...goal, kind: 'market' }])).toBeUndefined();
});
