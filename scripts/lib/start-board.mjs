import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPage } from './build-page.mjs';
import { installPackages } from './install-packages.mjs';
import { ROOT } from './paths.mjs';
import { runCommand, StepError } from './run-step.mjs';

const HELP = `npm start: runs Bigboard and prints its address. Installs packages and builds the page first, if they changed.

Settings are environment variables, all listed in README.md. The ones used most:
  PORT      where to listen (3000)
  HOST      127.0.0.1 is this machine only (default); 0.0.0.0 is everyone who can reach it
  FEEDS     what is shown: simulate,world-cup (default), or recordings by their paths

Ctrl-C stops it.`;

/** @param {string[]} args */
export async function startBoard(args) {
  await runCommand(async () => {
    if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
    if (args.length > 0)
      throw new StepError(`npm start takes no ${args[0]}: settings are environment variables (--help).`);
    process.chdir(ROOT);
    await installPackages();
    await buildPage();
    await becomeServer();
  });
}

/**
 * The server runs in this process, not in a child: Ctrl-C in a terminal reaches parent and child alike, so a parent that
 * also forwarded it would stop the server twice, which reads as "hurry" and loses the clean stop.
 */
async function becomeServer() {
  const main = path.join(ROOT, 'server', 'src', 'main.ts');
  process.argv = [process.execPath, main];
  // @ts-expect-error It has no types: importing it, which teaches Node to read TypeScript, is all there is to it.
  await import('tsx');
  await import(pathToFileURL(main).href);
}
