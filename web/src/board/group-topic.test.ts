import { expect, test } from 'vitest';
import { tableTopicOf } from './group-topic.ts';

const ENTRY = { kind: 'table', title: '', feed: 'cup' };
const DIRECTORY = { 'table:2022-A': ENTRY, 'table:2022-KO': ENTRY, 'match:1-A': { ...ENTRY, kind: 'match' } };

test('a group has its own table, every knock-out round the bracket', () => {
  expect(tableTopicOf(DIRECTORY, 'Group A')).toBe('table:2022-A');
  expect(tableTopicOf(DIRECTORY, 'Round of 16')).toBe('table:2022-KO');
  expect(tableTopicOf(DIRECTORY, 'Group B')).toBeUndefined();
});
