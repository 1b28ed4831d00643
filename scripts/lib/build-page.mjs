import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { formatElapsed, runProgram, StepError } from './run-step.mjs';

/** Everything the built page is made of, relative to the root. Names that are not there are fine. */
const PAGE_SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/package.json',
  'web/vite.config.ts',
  'web/svelte.config.js',
  'web/tsconfig.json',
  'shared/src',
  'package-lock.json',
];

/** Tests are not in the page: changing one must not cost a build. */
const TEST_FILE = /\.(?:test|test-d|bench)\.[a-z.]+$/;

/**
 * One hash over names and contents. Contents, because a `git switch` there and back changes every file's time and nothing else.
 * @param {string} root
 * @param {readonly string[]} sources files and folders, relative to root
 * @returns {string}
 */
export function hashSources(root, sources = PAGE_SOURCES) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => listFiles(root, source))) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} relative
 * @returns {string[]} sorted, with forward slashes, so that every system makes the same hash
 */
function listFiles(root, relative) {
  const stats = statSync(path.join(root, relative), { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return TEST_FILE.test(relative) ? [] : [relative];
  return readdirSync(path.join(root, relative))
    .sort()
    .flatMap((name) => listFiles(root, `${relative}/${name}`));
}

/**
 * Whether the page in `dist` was built from these sources. The stamp is inside `dist` and written last, so a build that was
 * cut short, or a `dist` someone deleted, is built again.
 * @param {string} dist
 * @param {string} sourceHash
 */
export function isPageCurrent(dist, sourceHash) {
  const stamp = stampFile(dist);
  return existsSync(path.join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceHash;
}

/**
 * @param {string} dist
 * @param {string} sourceHash
 */
export function markPageCurrent(dist, sourceHash) {
  writeFileSync(stampFile(dist), sourceHash);
}

/**
 * A dot file: the server's static files leave those out.
 * @param {string} dist
 */
function stampFile(dist) {
  return path.join(dist, '.built-from');
}

/** Builds web/dist, only if what it is made of changed since the last build. */
export async function buildPage() {
  const web = path.join(ROOT, 'web');
  const dist = path.join(web, 'dist');
  // Taken before the build: a file saved while it runs makes the next start build again.
  const sourceHash = hashSources(ROOT);
  if (isPageCurrent(dist, sourceHash)) return;
  console.log('Building the page.');
  const startedMs = performance.now();
  // A NODE_ENV left over in the terminal would bring the slow development build of Svelte into the page.
  const env = { ...process.env, NODE_ENV: 'production' };
  const exitCode = await runProgram(process.execPath, [findVite(), 'build', '--logLevel', 'warn'], { cwd: web, env });
  if (exitCode !== 0) throw new StepError("Building the page failed; Vite's message is above.", exitCode);
  markPageCurrent(dist, sourceHash);
  console.log(`Page built in ${formatElapsed(startedMs)}.`);
}

/** The file Vite's own command runs. npm may put Vite beside the page or at the root, so web's view of it is asked. */
export function findVite() {
  const manifest = createRequire(path.join(ROOT, 'web', 'package.json')).resolve('vite/package.json');
  return path.join(path.dirname(manifest), 'bin', 'vite.js');
}
