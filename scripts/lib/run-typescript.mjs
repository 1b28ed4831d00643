import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';

/**
 * Turns this process into a TypeScript program, as if Node had been started with it.
 * @param {string} file from the root of the checkout
 * @param {string[]} args
 */
export async function runTypeScript(file, args) {
  const main = path.join(ROOT, file);
  process.argv = [process.execPath, main, ...args];
  // @ts-expect-error It has no types: importing it, which teaches Node to read TypeScript, is all there is to it.
  await import('tsx');
  await import(pathToFileURL(main).href);
}
