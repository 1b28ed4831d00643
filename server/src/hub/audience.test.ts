import { expect, test } from 'vitest';
import { Audience } from './audience.ts';
import { Hub } from './hub.ts';

test('a position of the epoch that this one took over from needs no looking up, as any other does that is not known here', () => {
  const continues = { epoch: 'earlier', seq: 5 };
  const audience = new Audience(new Hub({ epoch: 'now', seq: 9, continues, documents: [] }));
  const isBehind = (epoch: string, seq: number) => audience.isBehind({ epoch, seq });
  expect([isBehind('now', 9), isBehind('now', 10)]).toEqual([false, true]);
  expect([isBehind('earlier', 5), isBehind('earlier', 50)]).toEqual([false, false]);
  expect(isBehind('another', 1)).toBe(true);
  expect(audience.isBehind(undefined)).toBe(false);
});

test('where nothing was taken over, any other epoch is unknown', () => {
  const audience = new Audience(new Hub({ epoch: 'now', seq: 9, documents: [] }));
  expect(audience.isBehind({ epoch: 'earlier', seq: 5 })).toBe(true);
});
