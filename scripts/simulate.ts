// Writes a simulated market and staged matches as a recording, to a file or to standard output.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { readRecording, Simulation, WORLD_CUP_RECORDING } from '@bigboard/server/feeds';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';

const HELP = `Writes a simulated market and staged matches as a recording.

  npm run simulate -- [--seed 7] [--symbols 50] [--matches 8] [--minutes 60] [--out FILE]

  --seed N      of the market, 0 to 4294967295 (1); the same options give the same bytes, before compression
  --symbols N   stocks, 0 to 350 (48); 0 leaves the market out
  --matches N   matches of the 2022 World Cup, 0 to 64 (8), those in play first; 0 leaves them out
  --minutes N   how much of their own time it covers, 1 to 10080 (60)
  --out FILE    .ndjson or .ndjson.gz; standard output when left out
  --help        this text

Play it with FEEDS=FILE npm start, or faster with FEEDS='FILE?speed=10&loop' npm start.
`;

/** Told once in so many written updates. */
const PROGRESS_EVERY = 50_000;

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError) && !isSystemError(error)) throw error;
  // Whoever reads had enough, as `head` does: that is no failure.
  if (isSystemError(error) && error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`simulate: ${error.message} (npm run simulate -- --help tells more)\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const options = {
    seed: wholeNumber('seed', values.seed, 0, 4_294_967_295),
    symbols: wholeNumber('symbols', values.symbols, 0, 350),
    matches: wholeNumber('matches', values.matches, 0, 64),
    minutes: wholeNumber('minutes', values.minutes, 1, 10_080),
  };
  if (options.symbols === 0 && options.matches === 0) throw new UsageError('nothing to write: 0 symbols and 0 matches');
  if (values.out !== undefined && !/\.ndjson(\.gz)?$/.test(values.out)) {
    throw new UsageError('--out: a name that ends in .ndjson or .ndjson.gz');
  }
  const simulation = new Simulation(options, await readRecording(WORLD_CUP_RECORDING));
  const count = await write(simulation, options.minutes, values.out);
  process.stderr.write(
    `${count} updates, ${options.minutes} minutes${values.out === undefined ? '' : `, in ${values.out}`}\n`,
  );
}

function readArguments() {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  try {
    return parseArgs({
      options: {
        seed: text('1'),
        symbols: text('48'),
        matches: text('8'),
        minutes: text('60'),
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} ${text}: a whole number from ${min} to ${max}`);
}

/** @returns how many updates were written */
async function write(simulation: Simulation, minutes: number, out: string | undefined): Promise<number> {
  let count = 0;
  function* lines(): Generator<string> {
    yield formatHeader(simulation.header);
    for (const row of simulation.updates()) {
      yield formatUpdate(row);
      if (++count % PROGRESS_EVERY === 0) {
        const percent = Math.round((row.offsetMs / (minutes * 60_000)) * 100);
        // A terminal shows one line that changes; what is read from a file later has a line each.
        process.stderr.write(process.stderr.isTTY ? `\r${percent} %, ${count} updates` : `${percent} %\n`);
      }
    }
    if (count >= PROGRESS_EVERY && process.stderr.isTTY) process.stderr.write('\r');
  }
  const sink = out === undefined ? process.stdout : createWriteStream(out);
  const packers = out?.endsWith('.gz') ? [createGzip()] : [];
  await pipeline([Readable.from(lines()), ...packers, sink]);
  return count;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
