import { expect, test } from 'vitest';
import { BoardPage, PHONE } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';

test('prices are painted before the code of the charts is asked for', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open('about:blank');
  await board.page.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('#watchlist tbody tr') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark('rows'));
    }).observe(document, { childList: true, subtree: true });
  });
  await board.page.goto(server.url);
  await board.page.locator('#chart canvas').first().waitFor();
  const order = await board.page.evaluate(() => {
    const chart = performance.getEntriesByType('resource').find(({ name }) => /PriceChart.*\.js$/.test(name));
    return { rows: performance.getEntriesByName('rows')[0]?.startTime, chart: chart?.startTime };
  });
  expect(order.rows).toBeTypeOf('number');
  expect(order.chart).toBeGreaterThan(order.rows as number);
  expect(board.complaints).toEqual([]);
});

test('a phone shows the board without scrolling sideways, and every target is big enough for a finger', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open(server.url, PHONE);
  await board.hasRows();
  expect(await board.overflow()).toBe(0);

  for (const [tab, content] of [
    ['Chart', '#chart canvas'],
    ['Scores', '#scores'],
    ['Board', '#watchlist tbody tr'],
  ] as const) {
    await board.page.getByRole('navigation', { name: 'Parts of the board' }).getByRole('link', { name: tab }).click();
    await board.page.locator(content).first().waitFor();
    expect(await board.overflow(), tab).toBe(0);
  }
  const small = await board.page.evaluate(() =>
    [...document.querySelectorAll('#watchlist a, #watchlist .tab, nav a')]
      .map((element) => element.getBoundingClientRect().height)
      .filter((height) => height > 0 && height < 44),
  );
  expect(small).toEqual([]);
  expect(board.complaints).toEqual([]);
});
