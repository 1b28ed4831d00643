import { expect, test } from 'vitest';
import { BoardPage, PHONE, WIDE } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';
import { findings } from './harness/findings.ts';

const OPERATOR_TOKEN = 'a token of sixteen characters';

test('an operator sees live how each instance does, and everybody how many watch', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate', OPERATOR_TOKEN });
  await using board = await BoardPage.open(`${server.url}/ops`);
  const { page } = board;
  const token = page.getByLabel('Operator token');
  await token.fill('not the token of this server');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('alert').filter({ hasText: 'Refused' }).waitFor();
  expect(await findings(board)).toEqual([]);

  await token.fill(OPERATOR_TOKEN);
  await page.getByRole('button', { name: 'Show' }).click();
  const instances = page.getByRole('region', { name: 'Instances' });
  await instances.getByText('markets').waitFor();
  const seq = () => instances.locator('td.number.id').first().textContent();
  const before = await seq();
  await expect.poll(seq, { timeout: 10_000 }).not.toBe(before);
  await page.getByText('1 watching', { exact: true }).waitFor();
  await page.getByText('feed:market', { exact: true }).waitFor();

  for (const view of [WIDE, { width: 1000, height: 800 }, PHONE]) {
    for (const theme of ['dark', 'light']) {
      await page.setViewportSize(view);
      await page.goto(`${server.url}/ops?theme=${theme}`);
      // The tab has kept the token.
      await instances.getByText('markets').waitFor();
      expect(await findings(board), `${theme}, ${view.width}`).toEqual([]);
      expect(await board.overflow(), `${theme}, ${view.width}`).toBe(0);
    }
  }

  server.freeze();
  await page.getByText('Not live').waitFor({ timeout: 6_000 });
  server.thaw();
  await page.getByText('Told each second').waitFor();
  await page.getByRole('button', { name: 'Forget the token' }).click();
  await token.waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  expect(board.complaints).toEqual([]);
});
