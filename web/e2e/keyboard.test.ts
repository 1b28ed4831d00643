import { expect, test } from 'vitest';
import { BoardPage } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';

test('the list is read, sorted and opened by keyboard, and Back comes back', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  const { page } = board;

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('watchlist');

  await page.getByRole('button', { name: 'Chg %' }).focus();
  await page.keyboard.press('Enter');
  const header = page.getByRole('columnheader', { name: 'Chg %' });
  expect(await header.getAttribute('aria-sort')).toBe('descending');

  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const symbol = await page.evaluate(() => document.activeElement?.querySelector('.symbol')?.textContent ?? '');
  expect(symbol).not.toBe('');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.url}/s/${symbol}`);
  await page.getByRole('heading', { name: new RegExp(`^${symbol}\\b`), level: 2 }).waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/');
  expect(board.complaints).toEqual([]);
});
