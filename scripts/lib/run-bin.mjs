import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { runProgram } from './run-step.mjs';

/**
 * Runs a package's command by this Node: the files in node_modules/.bin are shell scripts on Windows.
 * @param {string} command for example `eslint`
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export function runBin(command, args) {
  const packageName = command === 'tsc' ? 'typescript' : command;
  const manifestFile = path.join(ROOT, 'node_modules', packageName, 'package.json');
  /** @type {{ bin: string | Record<string, string> }} */
  const { bin } = createRequire(manifestFile)(manifestFile);
  const file = typeof bin === 'string' ? bin : bin[command];
  if (!file) throw new Error(`${packageName} has no command ${command}`);
  return runProgram(process.execPath, [path.join(path.dirname(manifestFile), file), ...args]);
}
