import { LIMITS } from '@bigboard/shared/limits';
import { expect, it } from 'vitest';
import { RunningBoard } from './support/running-board.ts';

/** Far more than become free again while they are under way, on a busy machine too. */
const REQUESTS = LIMITS.apiBurst * 4;

/** How many of many requests at once were refused, each said to come from another address. */
async function countRefused(board: RunningBoard): Promise<number> {
  const statuses = await Promise.all(
    Array.from({ length: REQUESTS }, async (_, index) => {
      const headers = { 'X-Forwarded-For': `192.0.${index >> 8}.${index & 255}` };
      const response = await fetch(`${board.url}/api/topics?namespace=markets`, { headers });
      await response.body?.cancel();
      return response.status;
    }),
  );
  return statuses.filter((status) => status === 429).length;
}

it('readers behind a trusted proxy each have a rate of their own', async () => {
  await using board = await RunningBoard.start({ environment: { TRUSTED_PROXIES: 'loopback' } });
  expect(await countRefused(board)).toBe(0);
});

it('nobody gets a new rate by saying that they come from elsewhere', async () => {
  await using board = await RunningBoard.start();
  expect(await countRefused(board)).toBeGreaterThan(0);
});
