import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, test } from 'vitest';
import { BoardPage, PHONE, WIDE } from './harness/board-page.ts';
import { BoardProcess } from './harness/board-process.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `rule: where` of everything, however small. */
async function findings({ page }: BoardPage): Promise<string[]> {
  // Not as a script of the page: its content security policy would be right to refuse one.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(async (): Promise<AxeResults> => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

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
