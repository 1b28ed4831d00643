// What the tests need that npm does not bring: a browser, Redis, nginx, and Socket.IO's Python client.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { formatElapsed, StepError } from './run-step.mjs';

/**
 * @typedef {object} Tool
 * @property {string} name what a person calls it
 * @property {string} environmentName tells the tests where it is; a person may set it too
 * @property {string[]} aptPackages
 * @property {() => string | undefined} find the program to run, when it is there and usable
 */

/** @type {Tool[]} */
const TOOLS = [
  {
    name: 'Chromium (or CHROMIUM_PATH set to a Chrome)',
    environmentName: 'CHROMIUM_PATH',
    aptPackages: ['chromium'],
    find: () => process.env.CHROMIUM_PATH || findProgram(CHROMIUM_PLACES),
  },
  {
    name: 'redis-server',
    environmentName: 'REDIS_SERVER_PATH',
    aptPackages: ['redis-server'],
    find: findRedisServer,
  },
  {
    name: 'nginx',
    environmentName: 'NGINX_PATH',
    aptPackages: ['nginx'],
    find: findNginx,
  },
  {
    name: 'Python 3 with the packages python-socketio and websocket-client',
    environmentName: 'PYTHON3_PATH',
    aptPackages: ['python3', 'python3-socketio', 'python3-websocket'],
    find: findPythonWithSocketIo,
  },
];

const CHROMIUM_PLACES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {string | undefined} */
export function findRedisServer() {
  return findProgram([process.env.REDIS_SERVER_PATH || 'redis-server']);
}

/**
 * Debian has it where only root's PATH leads to.
 * @returns {string | undefined}
 */
export function findNginx() {
  const { NGINX_PATH } = process.env;
  return findProgram(NGINX_PATH ? [NGINX_PATH] : ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx']);
}

/**
 * The system's Python goes first: apt installs for that one, and pyenv or conda often put another before it on the PATH.
 * @returns {string | undefined}
 */
function findPythonWithSocketIo() {
  const places = [process.env.PYTHON3_PATH, '/usr/bin/python3', findProgram(['python3', 'python'])];
  return places.find(
    (python) => python && spawnSync(python, ['-c', 'import socketio, websocket'], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * @param {string[]} names program names to look for on the PATH, or whole paths
 * @returns {string | undefined} the whole path of the first one found
 */
function findProgram(names) {
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    const files = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
    const found = files.flatMap((file) => endings.map((ending) => file + ending)).find(isProgram);
    if (found) return found;
  }
  return undefined;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure the tools are there, installing them by apt-get where that may be done without asking a password.
 * @returns {Promise<Record<string, string>>} environment variables that tell the tests where each one is
 */
export async function provideSystemTools() {
  const missing = TOOLS.filter((tool) => !tool.find());
  if (missing.length > 0) await installByApt(missing);
  const stillMissing = TOOLS.filter((tool) => !tool.find());
  if (stillMissing.length > 0) throw new StepError(describeMissing(stillMissing));
  return Object.fromEntries(TOOLS.map((tool) => [tool.environmentName, /** @type {string} */ (tool.find())]));
}

/**
 * @param {Pick<Tool, 'name' | 'aptPackages'>[]} missing
 * @returns {string} one line
 */
export function describeMissing(missing) {
  const names = missing.map((tool) => tool.name).join(', ');
  const packages = missing.flatMap((tool) => tool.aptPackages).join(' ');
  return `The tests need ${names}. Install what is missing and run npm test again (Debian, Ubuntu: sudo apt-get install ${packages}).`;
}

/** @param {Tool[]} missing */
async function installByApt(missing) {
  const asRoot = findWayToBeRoot();
  if (!asRoot) return;
  const packages = missing.flatMap((tool) => tool.aptPackages);
  console.log(`Installing by apt-get, for the tests: ${packages.join(' ')}. This takes some minutes, once.`);
  const startedMs = performance.now();
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'];
  // A failing update is not the end: with the lists an earlier update left, the install may still work.
  const update = await runQuietly([...apt, 'update'], startedMs);
  const install = await runQuietly([...apt, 'install', '-y', '--no-install-recommends', ...packages], startedMs);
  if (install.exitCode === 0) {
    console.log(`apt-get finished in ${formatElapsed(startedMs)}.`);
    return;
  }
  console.error(`${update.exitCode === 0 ? '' : update.output}${install.output}`);
  throw new StepError(`apt-get could not install (its message is above). ${describeMissing(missing)}`);
}

/** @returns {string[] | undefined} what to put before a command so that it runs as root; undefined when apt-get may not be used */
function findWayToBeRoot() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram(['sudo']);
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined;
}

/**
 * apt-get prints hundreds of lines: they are kept for a failure, and a line now and then says that it is alive.
 * @param {string[]} command
 * @param {number} startedMs
 * @returns {Promise<{ exitCode: number, output: string }>}
 */
function runQuietly([file = '', ...args], startedMs) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const alive = setInterval(() => console.log(`Still installing (${formatElapsed(startedMs)}).`), 15_000);
    /** @param {number} exitCode */
    const finish = (exitCode) => {
      clearInterval(alive);
      resolve({ exitCode, output });
    };
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.once('error', (error) => {
      output += `${error.message}\n`;
      finish(1);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}
