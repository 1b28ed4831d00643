import { expect, test } from 'vitest';
import { BoardPage, PHONE } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';
import { OwnTopicsRecording } from './harness/recording.ts';

test('a topic of an unknown kind is listed, has a page that is live, goes when it is removed, and comes back', async () => {
  using recording = new OwnTopicsRecording(45_000, 60_000);
  await using server = await BoardProcess.start({ FEEDS: recording.file });
  await using list = await BoardPage.open(server.url);
  const row = list.page.getByRole('list', { name: 'sensor' }).getByRole('link', { name: /boiler-1/ });
  await row.getByText('heating').waitFor();
  await list.reaches('live');

  await using board = await BoardPage.open(server.url);
  const { page } = board;
  await page.getByRole('link', { name: /boiler-1/ }).click();
  await page.waitForURL(`${server.url}/t/markets/sensor:boiler-1`);
  await page.getByRole('heading', { name: 'boiler-1', level: 1 }).waitFor();

  const fields = page.getByRole('table', { name: 'Fields of boiler-1' });
  const temperature = fields.getByRole('row', { name: /temperature/ }).getByRole('cell');
  const before = await temperature.textContent();
  expect(await fields.getByRole('row', { name: /place/ }).textContent()).toContain('{"hall":1,"row":"B"}');
  await fields.getByRole('button', { name: 'All 320 characters' }).click();
  expect(await fields.getByRole('button', { name: 'Less' }).getAttribute('aria-expanded')).toBe('true');

  const entries = page.getByRole('list', { name: 'Entries, newest first' }).getByRole('listitem');
  expect((await entries.allInnerTexts()).map((text) => text.replaceAll(/^.*:00|\s+/g, ' ').trim())).toEqual([
    '#3 inspected',
    '#2 temperature 65 note warm',
    '#1 temperature 60 note start',
  ]);
  await page.getByRole('img', { name: /^temperature: from 65 at/ }).waitFor();
  await page.locator('main canvas').first().waitFor();
  await expect.poll(() => temperature.textContent(), { timeout: 10_000 }).not.toBe(before);

  const gone = page.getByText('There is no topic markets/sensor:boiler-1 now');
  await Promise.all([gone.waitFor({ timeout: 60_000 }), row.waitFor({ state: 'detached', timeout: 60_000 })]);
  expect(await list.page.getByRole('list', { name: 'worker' }).getByRole('link').count()).toBe(30);

  await Promise.all([gone.waitFor({ state: 'detached' }), row.waitFor()]);
  await expect.poll(() => temperature.textContent()).toContain('20');
  expect([...list.complaints, ...board.complaints]).toEqual([]);
});

test('a phone shows own topics without scrolling sideways, big enough for a finger', async () => {
  using recording = new OwnTopicsRecording(3_500_000, 3_600_000);
  await using server = await BoardProcess.start({ FEEDS: `simulate,${recording.file}` });
  await using board = await BoardPage.open(server.url, PHONE);
  const { page } = board;
  await board.hasRows();
  await page.getByRole('link', { name: 'Topics' }).click();
  const row = page.getByRole('link', { name: /boiler-1/ });
  await row.getByText('heating').waitFor();
  expect(await board.overflow()).toBe(0);
  expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(44);

  await page.getByRole('searchbox', { name: 'Find a topic' }).fill('q17');
  await expect.poll(() => page.locator('#topics li').count()).toBe(1);
  await page.getByRole('searchbox', { name: 'Find a topic' }).fill('');
  await row.click();
  await page.locator('main canvas').first().waitFor();
  expect(await board.overflow()).toBe(0);
  expect(board.complaints).toEqual([]);
});

test('a board of the usual feeds has no trace of own topics', async () => {
  await using server = await BoardProcess.start({ FEEDS: 'simulate' });
  await using board = await BoardPage.open(server.url);
  await board.hasRows();
  expect(await board.page.locator('#topics').count()).toBe(0);
  expect(await board.page.getByText('Topics').count()).toBe(0);
});
