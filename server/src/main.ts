import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startApp, type App } from './app.ts';
import { systemClock } from './clock.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createFeeds, FeedListError } from './feeds/feed-list.ts';
import { systemDisk } from './journal/disk.ts';
import { JournalError } from './journal/open-journal.ts';
import { createLogger, type Logger } from './logger.ts';

/** What the system calls an address, or a name of one, that is not this machine's. */
const NO_SUCH_ADDRESS = new Set<unknown>(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

// The life of the process: read the settings, start, and stop when told to.
const config = readConfigOrExit();
const log = createLogger(config.logLevel);
failLoudly(log);
const app = await startOrExit(config, log);
process.stdout.write(`Bigboard is at ${app.url}\n`);
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
for (const signal of STOP_SIGNALS) process.on(signal, stopOnce);

function stopOnce(signal: NodeJS.Signals): void {
  // Told a second time, in either way, the process ends at once, as the system has it.
  for (const other of STOP_SIGNALS) process.off(other, stopOnce);
  void stop(signal);
}

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping');
  await app.stop();
  log.info('stopped');
  process.exit(0);
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) return exit(error.message);
    throw error;
  }
}

async function startOrExit(settings: Config, logger: Logger): Promise<App> {
  try {
    const feeds = await createFeeds(settings.feeds, settings.seed, systemClock, logger);
    const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));
    return await startApp({
      config: settings,
      feeds,
      clock: systemClock,
      log: logger,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      webRoot,
      disk: systemDisk,
      skipCorrupt: process.argv.includes('--skip-corrupt'),
    });
  } catch (error) {
    if (error instanceof FeedListError) return exit(`FEEDS=${settings.feeds}: ${error.message}`);
    if (error instanceof JournalError) return exit(error.message);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') return exit(`port ${settings.port} is taken: stop what uses it, or set PORT=3001`);
    if (code === 'EACCES') return exit(`port ${settings.port} may not be opened by this user: set PORT=3001`);
    if (NO_SUCH_ADDRESS.has(code)) return exit(`HOST=${settings.host}: this machine has no such address`);
    throw error;
  }
}

function exit(reason: string): never {
  process.stderr.write(`Bigboard cannot start: ${reason}\n`);
  process.exit(1);
}

/** A defect ends the process: what holds half a truth must not go on answering. Whoever runs it starts it again. */
function failLoudly(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event);
      process.exit(1);
    });
  }
}
