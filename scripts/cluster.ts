// Runs several instances as one board: a Redis, the instances, and nginx in front of them.
import { connect } from 'node:net';
import { readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './lib/build-page.mjs';
import { Cluster } from './lib/cluster/cluster.ts';
import { instanceNames, MOST_INSTANCES } from './lib/cluster/instance-name.ts';
import { LogPrinter } from './lib/cluster/log-printer.ts';
import { ROOT } from './lib/paths.mjs';
import { findNginx, findRedisServer } from './lib/system-tools.mjs';
import { readingArguments, runScript, UsageError, wholeNumber } from './lib/usage.ts';

const HELP = `Runs several instances of Bigboard on one Redis behind nginx, as one board with one address.

  npm run cluster -- [--instances 3]

  --instances N   1 to ${MOST_INSTANCES} (3)
  --help          this text

Redis and nginx have their files in DATA_DIR (data). Settings are environment variables, listed in README.md:
  PORT, HOST      where the board is (3000, 127.0.0.1)
  REDIS_URL       a Redis that runs already, instead of one of its own
  TRANSPORTS      websocket,polling keeps each reader at one instance, as long-polling needs it
The others go to every instance. Each line is printed with the name of the program that said it.

Ctrl-C ends all in good order; a second one at once.
`;

/** npm passes on the Ctrl-C that the terminal has sent already: both are one key press. */
const SAME_KEY_PRESS_MS = 500;

await runScript('cluster', async () => {
  const { values } = readingArguments(() =>
    parseArgs({ options: { instances: { type: 'string', default: '3' }, help: { type: 'boolean', default: false } } }),
  );
  if (values.help) return void process.stdout.write(HELP);
  const instances = wholeNumber('instances', values.instances, 1, MOST_INSTANCES);
  const { PORT: port, HOST: host, DATA_DIR: dataDir, REDIS_URL: redisUrl, TRANSPORTS: transports } = process.env;
  const folder = path.resolve(ROOT, dataDir || 'data');
  const programs = {
    redis: redisUrl ? undefined : required(findRedisServer(), 'redis-server'),
    nginx: required(findNginx(), 'nginx'),
  };
  const address = { host: host || '127.0.0.1', port: wholeNumber('port', port || '3000', 1, 65_535) };
  if (await isTaken(address.host, address.port)) {
    throw new UsageError(`port ${address.port} is taken: stop what uses it, or set PORT=3001`);
  }
  process.chdir(ROOT);
  await buildPage();
  const release = await holdFolder(folder);
  const printer = new LogPrinter(
    ['redis', 'nginx', ...instanceNames(instances)],
    process.stdout.isTTY === true,
    (text) => void process.stdout.write(text),
  );
  const stopping = untilStopped();
  try {
    const cluster = await Cluster.start({
      ...{ instances, ...address, redisUrl: redisUrl || undefined, folder, programs },
      isPolling: (transports ?? '').split(',').includes('polling'),
      environment: process.env,
      onLine: (name, line) => printer.print(name, line),
    }).catch((error: unknown) => {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    });
    process.stdout.write(`The board is at ${cluster.url}\n`);
    for (const [name, url] of cluster.instances) process.stdout.write(`  ${name} is at ${url}\n`);
    await stopping.asked;
    process.stdout.write('Stopping: the instances, nginx, Redis.\n');
    stopping.hurry = () => cluster.kill();
    await cluster.stop();
    process.stdout.write('Stopped.\n');
  } finally {
    await release();
  }
});

function required(program: string | undefined, name: string): string {
  if (program !== undefined) return program;
  throw new UsageError(
    `${name} is not installed (Debian, Ubuntu: sudo apt-get install ${name}; macOS: brew install ${name.replace('-server', '')})`,
  );
}

interface Stopping {
  /** Resolves at the first Ctrl-C. */
  readonly asked: Promise<void>;
  /** Called at the second one. */
  hurry: () => void;
}

function untilStopped(): Stopping {
  let askedAtMs: number | undefined;
  let stop = () => {};
  const stopping: Stopping = {
    asked: new Promise((resolve) => (stop = resolve)),
    // While it starts there is nothing yet to be ended in good order.
    hurry: () => process.exit(130),
  };
  const take = () => {
    const nowMs = performance.now();
    if (askedAtMs === undefined) stop();
    else if (nowMs - askedAtMs > SAME_KEY_PRESS_MS) stopping.hurry();
    askedAtMs = nowMs;
  };
  process.on('SIGINT', take).on('SIGTERM', take);
  return stopping;
}

/** Two clusters in one folder would have two Redis write one file. @returns gives the folder back */
async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'cluster.pid');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (holder > 0 && isRunning(holder)) {
    throw new UsageError(`a cluster (process ${holder}) runs in ${folder} already: stop it, or set DATA_DIR`);
  }
  await writeFile(file, `${process.pid}\n`);
  return () => rm(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const finish = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket
      .once('connect', () => finish(true))
      .once('error', () => finish(false))
      .once('timeout', () => finish(false));
  });
}
