import { buildPage } from './build-page.mjs';
import { installPackages } from './install-packages.mjs';
import { ROOT } from './paths.mjs';
import { runCommand, StepError } from './run-step.mjs';
import { runTypeScript } from './run-typescript.mjs';

const HELP = `npm start: runs Bigboard and prints its address. Installs packages and builds the page first, if they changed.

Settings are environment variables, all listed in README.md. The ones used most:
  PORT      where to listen (3000)
  HOST      127.0.0.1 is this machine only (default); 0.0.0.0 is everyone who can reach it
  FEEDS     what is shown: simulate,world-cup (default), or recordings by their paths

  npm start -- --skip-corrupt   goes on without what is damaged of the journal

Ctrl-C stops it.`;

/** @param {string[]} args */
export async function startBoard(args) {
  await runCommand(async () => {
    if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
    const unknown = args.find((arg) => arg !== '--skip-corrupt');
    if (unknown) throw new StepError(`npm start takes no ${unknown}: settings are environment variables (--help).`);
    process.chdir(ROOT);
    await installPackages();
    await buildPage();
    await becomeServer(args);
  });
}

/**
 * The server runs in this process, not in a child: Ctrl-C in a terminal reaches parent and child alike, so a parent that
 * also forwarded it would stop the server twice, which reads as "hurry" and loses the clean stop.
 * @param {string[]} args
 */
async function becomeServer(args) {
  await runTypeScript('server/src/main.ts', args);
}
