import { expect, test } from 'vitest';
import { feedOfProducer, pushedProducer } from './producer-name.ts';

test('tells the feed that a producer writes for', () => {
  expect(feedOfProducer('market')).toBe('market');
  expect(feedOfProducer(pushedProducer('lab'))).toBe('lab');
  expect(feedOfProducer(pushedProducer('lab', 'door.3'))).toBe('lab');
});

test('knows no feed of what is derived', () => {
  expect(feedOfProducer('derived:candles')).toBeUndefined();
  expect(feedOfProducer('derived:pushed:lab')).toBeUndefined();
});
