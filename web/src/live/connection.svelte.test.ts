import { expect, test } from 'vitest';
import { Connection } from './connection.svelte.ts';

const RUNNING = { state: 'running', ageMs: 40 } as const;
const FAILED = { state: 'failed', ageMs: 9_000 } as const;

test('a feed that its namespace no longer names is forgotten', () => {
  const connection = new Connection();
  connection.noteBeat('markets', { feeds: { market: RUNNING, old: FAILED } }, 1_000, 0);
  connection.noteBeat('sports', { feeds: { cup: RUNNING } }, 1_000, 0);
  connection.noteBeat('markets', { feeds: { market: RUNNING } }, 2_000, 0);
  expect(connection.current.feeds).toEqual({
    markets: { market: { ...RUNNING, heardAtMs: 2_000 } },
    sports: { cup: { ...RUNNING, heardAtMs: 1_000 } },
  });
});

test('a feed that writes to both namespaces does in each as that one says', () => {
  const connection = new Connection();
  connection.noteBeat('markets', { feeds: { both: { state: 'running', ageMs: 40 } } }, 1_000, 0);
  connection.noteBeat('sports', { feeds: { both: { state: 'running', ageMs: 90_000 } } }, 1_000, 0);
  expect(connection.current.feeds.markets['both']?.ageMs).toBe(40);
});

test('of a lost connection no feed is remembered', () => {
  const connection = new Connection();
  connection.noteBeat('markets', { feeds: { old: FAILED } }, 1_000, 0);
  connection.forgetBeats();
  connection.noteOpening(2_000);
  expect(connection.current.feeds).toEqual({ markets: {}, sports: {} });
});

test('what a notice says of the server stands until another takes it back, or the connection is lost', () => {
  const connection = new Connection();
  connection.noteNotice({ code: 'unavailable', message: 'Redis is away' }, 1_000);
  connection.noteNotice({ code: 'unavailable', message: 'Redis is still away' }, 2_000);
  connection.noteNotice({ code: 'rate_limited', message: 'too many packets' }, 2_500);
  expect(connection.current.failure).toEqual({ message: 'Redis is still away', sinceMs: 1_000 });
  connection.noteNotice({ code: 'restored', message: 'updates are stored again' }, 3_000);
  expect(connection.current.failure).toBeUndefined();
  connection.noteNotice({ code: 'unavailable', message: 'Redis is away' }, 4_000);
  connection.forgetBeats();
  expect(connection.current.failure).toBeUndefined();
});
