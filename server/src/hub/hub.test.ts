import type { Update } from '@bigboard/shared/update';
import { expect, test } from 'vitest';
import type { AppendedBatch } from '../store/store.ts';
import { Hub } from './hub.ts';

function batch(from: number, updates: readonly Update[], epoch = 'one'): AppendedBatch {
  return { namespace: 'markets', producer: 'p', epoch, from, to: from + updates.length, updates, acceptedAtMs: from };
}

const quote = (last: number): Update => ({ topic: 'quote:ACME', time: last, fields: { last } });
const trade = (price: number): Update => ({ topic: 'trades:ACME', time: price, log: [price] });
const newHub = () => new Hub({ epoch: 'one', seq: 0, documents: [] });

test('takes what follows, ignores what it has, refuses what leaves a hole or belongs elsewhere', () => {
  const hub = newHub();
  expect(hub.receive(batch(0, [quote(1), trade(1)]))).toBe('applied');
  expect(hub.receive(batch(0, [quote(1), trade(1)]))).toBe('known');
  expect(hub.receive(batch(3, [quote(9)]))).toBe('gap');
  expect(hub.receive(batch(2, [quote(9)], 'two'))).toBe('gap');
  expect(hub.receive(batch(1, [trade(1), quote(3)]))).toBe('applied');
  expect([hub.seq, hub.documents.get('quote:ACME')?.value('last')]).toEqual([3, 3]);
  expect(hub.documents.get('trades:ACME')?.lastEntry).toBe(1);
});

test('notes for each topic where it stood before its first change, and when that was accepted', () => {
  const hub = newHub();
  hub.receive(batch(0, [quote(1)]));
  hub.takeChanges();
  hub.receive(batch(1, [trade(1), quote(2)]));
  hub.receive(batch(3, [quote(3)]));
  expect([...hub.changes]).toEqual([
    ['trades:ACME', { before: 1, acceptedAtMs: 1 }],
    ['quote:ACME', { before: 1, acceptedAtMs: 1 }],
  ]);
  expect(hub.takeChanges().size).toBe(2);
  expect(hub.takeChanges().size).toBe(0);
});

test('knows a topic from its first content until it is removed', () => {
  const hub = newHub();
  expect(hub.knows('quote:ACME')).toBe(false);
  hub.receive(batch(0, [quote(1)]));
  expect(hub.knows('quote:ACME')).toBe(true);
  hub.receive(batch(1, [{ topic: 'quote:ACME', time: 2, reset: true }]));
  expect(hub.knows('quote:ACME')).toBe(false);
  hub.receive(batch(2, [quote(3)]));
  expect(hub.knows('quote:ACME')).toBe(true);
});

test('takes a whole state in place of its own, but none that is older in the same epoch', () => {
  const hub = newHub();
  const other = newHub();
  other.receive(batch(0, [quote(1)]));
  hub.receive(batch(0, [quote(7), quote(8)]));
  const documents = [...other.documents.values()].map((document) => document.state());
  hub.replace({ epoch: 'one', seq: 1, documents }, 0);
  expect([hub.seq, hub.documents.get('quote:ACME')?.value('last')]).toEqual([2, 8]);
  hub.replace({ epoch: 'two', seq: 1, documents }, 0);
  expect([hub.epoch, hub.seq, hub.documents.get('quote:ACME')?.value('last')]).toEqual(['two', 1, 1]);
});
