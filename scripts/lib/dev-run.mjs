import { spawn } from 'node:child_process';
import path from 'node:path';
import { findVite } from './build-page.mjs';
import { installPackages } from './install-packages.mjs';
import { ROOT } from './paths.mjs';
import { runCommand, StepError } from './run-step.mjs';

const HELP = `npm run dev: the page on http://127.0.0.1:5173 with hot reload; the server restarts when its sources change.

Settings are the server's environment variables (README.md). One Ctrl-C stops both.`;

const PAGE_PORT = 5173;
/** npm passes on the Ctrl-C that the terminal has already sent to everyone: both are one key press. */
const SAME_KEY_PRESS_MS = 500;

/** @param {string[]} args */
export async function runDev(args) {
  await runCommand(async () => {
    if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
    await installPackages();
    const port = process.env.PORT ?? '3000';
    // The page comes from Vite's port, so to the server it is a page of another origin.
    const origins = [`http://127.0.0.1:${PAGE_PORT}`, `http://localhost:${PAGE_PORT}`].join(',');
    const serverEnv = { ALLOWED_ORIGINS: origins, ...process.env };
    const viteEnv = { BIGBOARD_URL: `http://127.0.0.1:${port}`, ...process.env };
    const tsx = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const vite = [
      findVite(),
      '--host',
      '127.0.0.1',
      '--port',
      String(PAGE_PORT),
      '--strictPort',
      '--clearScreen',
      'false',
    ];
    console.log(`Starting the server (port ${port}) and the page: open http://127.0.0.1:${PAGE_PORT}`);
    await runTogether([
      { name: 'server', args: [tsx, 'watch', '--clear-screen=false', 'server/src/main.ts'], cwd: ROOT, env: serverEnv },
      { name: 'page', args: vite, cwd: path.join(ROOT, 'web'), env: viteEnv },
    ]);
  });
}

/**
 * Runs Node programs side by side until one ends or this process is told to stop; then stops the others.
 * @param {{ name: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }[]} programs
 */
async function runTogether(programs) {
  /** @type {Map<string, import('node:child_process').ChildProcess>} */
  const running = new Map();
  let stoppedAtMs = 0;
  /** @param {NodeJS.Signals} signal */
  const stopAll = (signal) => {
    if (performance.now() - stoppedAtMs < SAME_KEY_PRESS_MS) return;
    const isFirst = stoppedAtMs === 0;
    stoppedAtMs = performance.now();
    // The terminal has sent Ctrl-C to them too, and a second one makes a watcher kill its server instead of letting it end.
    if (isFirst && signal === 'SIGINT' && process.stdin.isTTY) return;
    for (const child of running.values()) child.kill(isFirst ? signal : 'SIGKILL');
  };
  process.on('SIGINT', stopAll).on('SIGTERM', stopAll);
  /** @type {string | undefined} */
  let endedFirst;
  await Promise.all(
    programs.map(({ name, args, cwd, env }) => {
      // Standard input is the terminal's for neither: both would read the same keys.
      const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
      running.set(name, child);
      return new Promise((resolve) => {
        child.once('exit', (code, signal) => {
          running.delete(name);
          if (stoppedAtMs === 0) {
            endedFirst = `The ${name} ended by itself (${signal ?? `code ${code}`}); its message is above.`;
            stopAll('SIGTERM');
          }
          resolve(undefined);
        });
      });
    }),
  );
  if (endedFirst) throw new StepError(endedFirst);
}
