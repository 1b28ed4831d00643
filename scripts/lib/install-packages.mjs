import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { formatElapsed, runProgram, StepError } from './run-step.mjs';

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Why the packages have to be installed, or undefined when what is installed is what the lock asks for.
 *
 * Versions are compared, not file times: a `git switch` touches package-lock.json without changing it, and an install
 * by hand is as good as ours. npm writes its own record last, so an install that was cut short leaves none.
 * @param {Lock} wanted package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json, which npm keeps; undefined when it is not there
 * @param {{ platform: string, arch: string }} machine
 * @returns {string | undefined}
 */
export function describeStaleInstall(wanted, installed, machine) {
  if (!installed?.packages) return 'nothing is installed yet';
  for (const [location, locked] of Object.entries(wanted.packages ?? {})) {
    if (!location.includes('node_modules/') || !belongsHere(locked, machine)) continue;
    const found = installed.packages[location];
    const name = location.slice(location.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (!found) return `${name} is missing`;
    if (found.version !== locked.version) return `${name} is ${found.version}, ${locked.version} is wanted`;
  }
  return undefined;
}

/**
 * Optional packages are native builds, one for each platform: only this platform's is expected. Looking at it catches a
 * node_modules carried over from another system (a container on a Mac), which otherwise fails deep inside esbuild.
 * @param {LockedPackage} locked
 * @param {{ platform: string, arch: string }} machine
 */
function belongsHere(locked, machine) {
  if (!locked.optional) return true;
  // Which libc this is cannot be told cheaply; other packages of the same platform answer for these.
  if (!locked.os || !locked.cpu || locked.libc) return false;
  return locked.os.includes(machine.platform) && locked.cpu.includes(machine.arch);
}

/** Installs exactly what package-lock.json says, only if it is not there already. */
export async function installPackages() {
  const lockFile = path.join(ROOT, 'package-lock.json');
  const hasLock = existsSync(lockFile);
  const wanted = readJson(lockFile) ?? {};
  const installed = readJson(path.join(ROOT, 'node_modules', '.package-lock.json'));
  const reason = describeStaleInstall(wanted, installed, process);
  if (reason === undefined) return;
  console.log(`Installing packages (${reason}); the first time takes about a minute.`);
  const startedMs = performance.now();
  // Dev packages are named because the page is built with them, and NODE_ENV=production would leave them out.
  const exitCode = await runNpm([hasLock ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund']);
  if (exitCode !== 0) {
    throw new StepError(
      "Installing packages failed; npm's message is above. Check the network, then run the command again.",
    );
  }
  console.log(`Packages installed in ${formatElapsed(startedMs)}.`);
}

/**
 * @param {string} file
 * @returns {Lock | undefined}
 */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * npm is run by this very Node where its program can be found: on Windows `npm` is a script (npm.cmd) that Node refuses
 * to start without a shell, and another Node may be first on the PATH.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function runNpm(args) {
  const cli = findNpmCli();
  if (cli) return runProgram(process.execPath, [cli, ...args]);
  return runProgram(['npm', ...args].join(' '), [], { shell: true });
}

/** @returns {string | undefined} */
function findNpmCli() {
  const running = process.env.npm_execpath;
  // pnpm and yarn set the same variable; they do not know `npm ci`.
  if (running && /npm-cli\.[cm]?js$/.test(running)) return running;
  const nodeFolder = path.dirname(process.execPath);
  return [
    path.join(nodeFolder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((file) => existsSync(file));
}
