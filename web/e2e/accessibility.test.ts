import { expect, test } from 'vitest';
import { BoardPage, PHONE, WIDE } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';
import { findings } from './harness/findings.ts';
import { OwnTopicsRecording } from './harness/recording.ts';

test.each([
  ['dark', WIDE],
  ['light', WIDE],
  ['dark', PHONE],
] as const)('axe has nothing to say of the %s board, %o', async (theme, view) => {
  await using server = await BoardProcess.start();
  await using board = await BoardPage.open(`${server.url}/?theme=${theme}`, view);
  await board.hasRows();
  if (view === WIDE) await board.page.locator('#chart canvas').first().waitFor();
  expect(await findings(board)).toEqual([]);
});

test.each([
  ['dark', WIDE],
  ['light', WIDE],
  ['dark', PHONE],
] as const)('axe has nothing to say of a %s match page, %o', async (theme, view) => {
  await using server = await BoardProcess.start({ FEEDS: 'world-cup?from=7200' });
  await using board = await BoardPage.open(`${server.url}/m/2022-ENG-IRN?theme=${theme}`, view);
  await board.page.locator('main canvas').first().waitFor();
  expect(await findings(board)).toEqual([]);
  expect(board.complaints).toEqual([]);
});

test.each(['dark', 'light'] as const)('axe has nothing to say of own topics in %s, at any width', async (theme) => {
  using recording = new OwnTopicsRecording(3_500_000, 3_600_000);
  await using server = await BoardProcess.start({ FEEDS: recording.file });
  await using board = await BoardPage.open(`${server.url}/?theme=${theme}`);
  const { page } = board;
  for (const view of [WIDE, { width: 1000, height: 800 }, PHONE]) {
    await page.setViewportSize(view);
    await page.goto(`${server.url}/?theme=${theme}`);
    await page.locator('#topics .tick').first().waitFor();
    expect(await findings(board), `list, ${view.width}`).toEqual([]);
    expect(await board.overflow(), `list, ${view.width}`).toBe(0);

    await page.goto(`${server.url}/t/markets/sensor:boiler-1?theme=${theme}`);
    await page.locator('main canvas').first().waitFor();
    expect(await findings(board), `page, ${view.width}`).toEqual([]);
    expect(await board.overflow(), `page, ${view.width}`).toBe(0);
  }
  await page.goto(`${server.url}/t/markets/sensor:none?theme=${theme}`);
  await page.getByText('There is no topic').waitFor();
  expect(await findings(board)).toEqual([]);
  expect(board.complaints).toEqual([]);
});
