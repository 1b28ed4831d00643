import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogLines } from '../../test/support/log-lines.ts';
import { ManualClock } from '../../test/manual-clock.ts';
import { TokenList } from '../../test/support/token-list.ts';
import { digestOf, ProducerTokens } from './producer-tokens.ts';

let list: TokenList;
let clock: ManualClock;
let log: LogLines;
let tokens: ProducerTokens;
beforeEach(async () => {
  list = await TokenList.create();
  clock = new ManualClock();
  log = new LogLines();
  tokens = new ProducerTokens(list.file, ['market'], clock, log);
});
afterEach(async () => {
  tokens.stop();
  await list[Symbol.asyncDispose]();
});

const codeOf = (secret: string): string => {
  try {
    return `grants ${tokens.authorise(digestOf(secret)).name}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
/** A second later it has looked again. */
const later = (secret: string) =>
  expect.poll(() => {
    clock.advance(1_000);
    return codeOf(secret);
  });

test('grants what the list says, from the start and a second after it has changed', async () => {
  const first = await list.add('first', ['markets/*']);
  await tokens.start();
  expect(codeOf(first)).toBe('grants first');
  expect(codeOf('bb_nothing')).toBe('unauthorized');
  const second = await list.add('second', ['sports/*']);
  await later(second).toBe('grants second');
  await list.revoke('first');
  await later(first).toBe('unauthorized');
  expect(codeOf(second)).toBe('grants second');
});

test('does not grant what has expired', async () => {
  const token = await list.add('brief', ['markets/*'], { expiresAtMs: clock.wallMs() + 500 });
  await tokens.start();
  expect(codeOf(token)).toBe('grants brief');
  clock.advance(500);
  expect(codeOf(token)).toBe('expired');
});

test('lets nobody speak for a feed of the server', async () => {
  const token = await list.add('market', ['markets/*']);
  await tokens.start();
  expect(codeOf(token)).toBe('forbidden');
});

test('lets nobody in while it cannot read the list, which it says once, and recovers', async () => {
  const token = await list.add('lab', ['markets/*']);
  await tokens.start();
  await list.writeText('{"tokens":');
  await later(token).toBe('unavailable');
  await later(token).toBe('unavailable');
  expect(log.errors).toHaveLength(1);
  await list.add('other', ['markets/*']);
  await later(token).toBe('grants lab');
});

test('knows the names in its list, and none of a list it does not have', async () => {
  await tokens.start();
  expect(tokens.names).toBeUndefined();
  await list.add('lab', ['markets/*'], { expiresAtMs: 0 });
  const names = () =>
    expect.poll(() => {
      clock.advance(1_000);
      return tokens.names;
    });
  await names().toEqual(new Set(['lab']));
  await list.revoke('lab');
  await names().toEqual(new Set());
  await list.writeText('{"tokens":');
  await names().toBeUndefined();
});

test('knows no tokens where there is no list', async () => {
  await tokens.start();
  expect(codeOf('bb_nothing')).toBe('unauthorized');
  await new ProducerTokens(undefined, [], clock, log).start();
  expect(log.errors).toEqual([]);
});
