// Breaks a cluster in every way there is, while readers and producers write down what they see, and then judges it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from './lib/chaos/history.ts';
import { reportTable } from './lib/chaos/report-table.ts';
import { runChaos } from './lib/chaos/run-chaos.ts';
import { MOST_INSTANCES } from './lib/cluster/instance-name.ts';
import { ProgressLine } from './lib/progress-line.ts';
import { findRedisServer } from './lib/system-tools.mjs';
import { readingArguments, runScript, someNumber, UsageError, wholeNumber } from './lib/usage.ts';

const HELP = `Breaks a cluster in every way there is, and tells what went wrong that must not.

  npm run chaos -- [--minutes 2] [--seed 1]

  --minutes N     how long things are broken (2)
  --seed N        of what is broken when (1); the same seed breaks the same
  --instances N   1 to ${MOST_INSTANCES} (3)
  --readers N     1 to 2000 (300)
  --rows N        pushed a second, 1 to 2000 (100)
  --faults LIST   only these, separated by commas, of: ${FAULTS.join(', ')}
  --keep          keeps the histories; they are kept too when something was wrong
  --help          this text

It starts a Redis, instances and readers of its own, kills, stops, cuts and wipes them in turn, and reads the histories of all
of them. Exit 1 when anything is wrong.
`;

await runScript('chaos', async () => {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = readingArguments(() =>
    parseArgs({
      options: {
        ...{ minutes: text('2'), seed: text('1'), instances: text('3'), readers: text('300'), rows: text('100') },
        ...{ faults: { type: 'string' }, keep: flag, help: flag },
      },
    }),
  );
  if (values.help) return void process.stdout.write(HELP);
  const redisFile = findRedisServer();
  if (redisFile === undefined) {
    throw new UsageError('redis-server is not installed (Debian, Ubuntu: sudo apt-get install redis-server)');
  }
  const kinds = values.faults?.split(',').map(readFault);
  const seed = wholeNumber('seed', values.seed, 0, 1_000_000);
  const options = {
    seed,
    redisFile,
    durationMs: someNumber('minutes', values.minutes, 1_440) * 60_000,
    instances: wholeNumber('instances', values.instances, 1, MOST_INSTANCES),
    readers: wholeNumber('readers', values.readers, 1, 2_000),
    rowsPerSecond: wholeNumber('rows', values.rows, 1, 2_000),
    bounds: { killMs: { most: 5_000, all: 10_000 }, redisMs: 5_000 },
    pauseMs: { least: 2_000, most: 8_000 },
    hangMs: { least: 2_000, most: 15_000 },
    ...(kinds && { kinds }),
  };
  const folder = await mkdtemp(path.join(tmpdir(), 'bigboard-chaos-'));
  const progress = new ProgressLine();
  progress.end(`seed ${seed}`);
  let isWrong = true;
  try {
    const report = await runChaos({ ...options, folder, tell: (line) => progress.tell(() => line) });
    progress.clear();
    process.stdout.write(`${reportTable(report)}\n`);
    isWrong = report.findings.total > 0;
    if (isWrong) process.exitCode = 1;
  } finally {
    if (isWrong || values.keep) process.stderr.write(`The histories are in ${folder}\n`);
    else await rm(folder, { recursive: true });
  }
});

function readFault(name: string): FaultKind {
  const kind = FAULTS.find((known) => known === name);
  if (kind === undefined) throw new UsageError(`--faults ${name}: one of ${FAULTS.join(', ')}`);
  return kind;
}
