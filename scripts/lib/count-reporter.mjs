import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed a test file that could not even be loaded counts as one
 * @property {string[]} notRun full names of tests that were skipped or are only planned
 */

/** Writes how many tests passed and failed to the file named by BIGBOARD_COUNTS_FILE, for scripts/test.mjs to print last. */
export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors errors outside any test; vitest fails the run for them
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.BIGBOARD_COUNTS_FILE;
    if (file) writeFileSync(file, JSON.stringify(countTests(modules, unhandledErrors.length)));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {number} unhandledErrorCount
 * @returns {Counts}
 */
function countTests(modules, unhandledErrorCount) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: unhandledErrorCount, notRun: [] };
  for (const module of modules) {
    let failedInModule = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') failedInModule += 1;
      else counts.notRun.push(`${module.relativeModuleId}: ${test.fullName}`);
    }
    if (failedInModule === 0 && module.state() === 'failed') failedInModule = 1;
    counts.failed += failedInModule;
  }
  return counts;
}
