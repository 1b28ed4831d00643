import { expect, test } from 'vitest';
import { BoardPage } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';
import { GoalRecording } from './harness/recording.ts';

test('a price that moves and a goal that falls are seen without a reload', async () => {
  using recording = new GoalRecording(12_000);
  await using server = await BoardProcess.start({ FEEDS: `simulate,${recording.file}` });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  await board.reaches('live');
  await board.pricesMove();

  const card = board.page.getByRole('list', { name: 'In play' }).getByRole('link', { name: /Japan/ });
  await card.getByText('Goal', { exact: false }).waitFor({ timeout: 30_000 });
  expect(await card.locator('.score').allTextContents()).toEqual(['1', '0']);
  expect(await board.page.getByRole('region', { name: 'Events' }).textContent()).toContain('Japan 1–0 Spain');
  await board.page.getByRole('status').filter({ hasText: 'Goal: Japan 1–0 Spain, Tanaka 11′' }).waitFor();
  expect(await board.page.locator('#scores .badge').textContent()).toBe('Recorded 2022 · staged');
  expect(board.complaints).toEqual([]);
});

test('when a feed stops, its panels are marked and the others stay live', async () => {
  using recording = new GoalRecording(6_000, true);
  await using server = await BoardProcess.start({ FEEDS: `simulate,${recording.file}` });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  const mark = board.page.locator('#scores .stale', { hasText: 'old' });
  await mark.waitFor({ timeout: 30_000 });
  expect(await mark.textContent()).toContain('feed paused');
  await board.reaches('live');
  expect(await board.page.locator('#chart .stale').count()).toBe(0);
  await board.pricesMove();

  await board.page.goto(`${server.url}/m/one`);
  await board.reaches('paused');
  expect(board.complaints).toEqual([]);
});
