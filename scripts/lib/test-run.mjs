import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildPage } from './build-page.mjs';
import { installPackages } from './install-packages.mjs';
import { ROOT } from './paths.mjs';
import { runCommand, runProgram, StepError } from './run-step.mjs';
import { provideSystemTools } from './system-tools.mjs';

const HELP = `npm test [-- --long] [-- VITEST ARGUMENTS]: runs every test. Packages and the programs the tests need are installed if missing.

  npm test -- delta                 only test files with delta in their path
  npm test -- -t 'resumes'          only tests with that in their name
  npm test -- --project web         one part: shared, scripts, server, web or e2e
  npm run test:long                 the same, with many more random runs of the model`;

/** @param {string[]} args */
export async function runTests(args) {
  await runCommand(async () => {
    if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
    const isLong = args.includes('--long');
    const vitestArgs = args.filter((arg) => arg !== '--long');
    await installPackages();
    const toolPaths = await provideSystemTools();
    await buildPage();
    return await runVitest(vitestArgs, { ...toolPaths, ...(isLong && { BIGBOARD_LONG: '1' }) });
  });
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} variables
 * @returns {Promise<number>} the exit code
 */
async function runVitest(args, variables) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bigboard-test-'));
  const countsFile = path.join(folder, 'counts.json');
  const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${path.join(ROOT, 'scripts', 'lib', 'count-reporter.mjs')}`];
  try {
    const exitCode = await runProgram(process.execPath, [vitest, 'run', ...reporters, ...args], {
      env: { ...process.env, ...variables, BIGBOARD_COUNTS_FILE: countsFile },
    });
    return reportCounts(countsFile, exitCode, args.length === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} countsFile
 * @param {number} exitCode vitest's
 * @param {boolean} isWholeRun whether no argument chose among the tests
 * @returns {number}
 */
function reportCounts(countsFile, exitCode, isWholeRun) {
  /** @type {import('./count-reporter.mjs').Counts} */
  let counts;
  try {
    counts = JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    throw new StepError('The test run ended before it could count its tests.', exitCode || 1);
  }
  const hasSkipped = counts.notRun.length > 0;
  // Asked for some of the tests, the rest do not run; asked for all, a skipped one is a promise that nobody checks.
  const isSkipFault = isWholeRun && hasSkipped;
  if (isSkipFault) console.error(`A whole run may not skip tests:\n  ${counts.notRun.join('\n  ')}`);
  const skipped = hasSkipped ? `, ${counts.notRun.length} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return exitCode || (isSkipFault ? 1 : 0);
}
