import { expect, test } from 'vitest';
import { BoardPage } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';

test('a server that is killed and comes back is survived without a reload', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  await board.reaches('live');
  await board.page.evaluate(() => document.body.setAttribute('data-visit', 'first'));

  await server.kill();
  await board.reaches('reconnecting');
  const frozen = await board.prices();
  expect(frozen).not.toBe('');
  expect(await board.page.getByRole('status').textContent()).toMatch(/Connection lost/);

  await server.start();
  await board.reaches('live', 40_000);
  await board.pricesMove();
  expect(await board.page.locator('body').getAttribute('data-visit')).toBe('first');
  expect(await board.page.getByRole('region', { name: 'Events' }).textContent()).toMatch(/Connection restored/);
});

test('a server that falls silent on an open connection turns the board stale, and live again when it speaks', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  await board.page.locator('#chart .note', { hasText: 'old' }).waitFor();

  server.freeze();
  // Three beats of a second, and at most one more second until it shows.
  await board.reaches('stale', 6_000);
  await board.page.locator('#chart .stale', { hasText: /\d s old/ }).waitFor({ timeout: 1_000 });

  server.thaw();
  await board.reaches('live');
  await board.pricesMove();
});
