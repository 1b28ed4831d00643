import { expect, test } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

test('serves one name in order, whatever becomes of each, and lets other names pass', async () => {
  const inTurn = new OneAtATime();
  const happened: string[] = [];
  let finish = (): void => undefined;
  const slow = inTurn.run('a', async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    happened.push('a1');
    throw new Error('a1 failed');
  });
  const next = inTurn.run('a', async () => happened.push('a2'));
  await inTurn.run('b', async () => happened.push('b'));
  expect(happened).toEqual(['b']);
  finish();
  await expect(slow).rejects.toThrow('a1 failed');
  await next;
  expect(happened).toEqual(['b', 'a1', 'a2']);
});
