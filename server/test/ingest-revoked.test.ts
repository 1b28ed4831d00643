import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HttpPusher } from './support/pushing.ts';
import { RunningBoard } from './support/running-board.ts';
import { TokenList } from './support/token-list.ts';

it('a server that starts without a token removes what was pushed with it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bigboard-revoked-'));
  await using tokens = await TokenList.create();
  const lab = await tokens.add('lab', ['markets/*', 'sports/*']);
  const desk = await tokens.add('desk', ['markets/*']);
  const environment = { DATA_DIR: dataDir, PRODUCER_TOKENS: tokens.file, OWN_KINDS: 'sensor' };
  const sensor = (name: string) => ({ topic: `sensor:${name}`, time: 1_000, fields: { value: 1 } });
  const trade = (symbol: string) => ({
    topic: `trades:${symbol}`,
    time: 1_000,
    log: [{ price: 1, size: 1, side: 'buy' }],
  });
  {
    await using board = await RunningBoard.start({ environment });
    const push = (secret: string, namespace: string, ...updates: readonly unknown[]) =>
      new HttpPusher(board.url, secret).push({ namespace, updates });
    await push(lab, 'markets', sensor('mine'), sensor('taken-over'), trade('MINE'));
    await push(lab, 'sports', sensor('sports'));
    await push(desk, 'markets', sensor('theirs'), sensor('taken-over'), trade('THEIRS'));
    await expect.poll(() => statusOf(board, 'markets/candles:THEIRS:1m')).toBe(200);
    await expect.poll(() => statusOf(board, 'markets/candles:MINE:1m')).toBe(200);
  }
  await tokens.revoke('lab');
  {
    await using board = await RunningBoard.start({ environment });
    for (const gone of ['sensor:mine', 'trades:MINE', 'candles:MINE:1m', 'feed:lab']) {
      await expect.poll(async () => [gone, await statusOf(board, `markets/${gone}`)]).toEqual([gone, 404]);
    }
    await expect.poll(() => statusOf(board, 'sports/sensor:sports')).toBe(404);
    for (const left of ['sensor:theirs', 'sensor:taken-over', 'trades:THEIRS', 'candles:THEIRS:1m', 'feed:desk']) {
      expect([left, await statusOf(board, `markets/${left}`)]).toEqual([left, 200]);
    }
    await expect
      .poll(async () => (await board.snapshot('markets', 'topics')).fields)
      .not.toHaveProperty(['sensor:mine']);
    expect(await (await fetch(`${board.url}/readyz`)).text()).not.toContain('lab');
  }
  await rm(dataDir, { recursive: true });
});

async function statusOf(board: RunningBoard, topic: string): Promise<number> {
  return (await fetch(`${board.url}/api/topics/${topic}`)).status;
}
