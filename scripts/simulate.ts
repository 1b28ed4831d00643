// Writes a simulated market and staged matches as a recording, or plays them into a running board.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { readRecording, Simulation, WORLD_CUP_RECORDING } from '@bigboard/server/feeds';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';
import { pushStream, resettingFirst } from './lib/push-stream.ts';
import {
  boardUrl,
  readingArguments,
  readSpeed,
  recordingName,
  runScript,
  UsageError,
  wholeNumber,
} from './lib/usage.ts';

const HELP = `Writes a simulated market and staged matches as a recording, or plays them into a running board.

  npm run simulate -- [--seed 7] [--symbols 50] [--matches 8] [--minutes 60] [--out FILE | --push URL --token T]

  --seed N      of the market, 0 to 4294967295 (1); the same options give the same bytes, before compression
  --symbols N   stocks, 0 to 350 (48); 0 leaves the market out
  --matches N   matches of the 2022 World Cup, 0 to 64 (8), those in play first; 0 leaves them out
  --minutes N   how much of their own time it covers, 1 to 10080 (60)
  --out FILE    .ndjson or .ndjson.gz; standard output when left out
  --push URL    plays it into the board at this address instead
  --token T     to push with, from npm run token -- --source simulated (BIGBOARD_TOKEN)
  --speed N     of the push, stream seconds a second (1); 0 is as fast as the board takes it
  --help        this text

Play it with FEEDS=FILE npm start, or faster with FEEDS='FILE?speed=10&loop' npm start.
`;

/** Told once in so many written updates. */
const PROGRESS_EVERY = 50_000;

await runScript('simulate', async () => {
  const { help, push, token, out, speed, ...numbers } = readArguments();
  if (help) return void process.stdout.write(HELP);
  const options = {
    seed: wholeNumber('seed', numbers.seed, 0, 4_294_967_295),
    symbols: wholeNumber('symbols', numbers.symbols, 0, 350),
    matches: wholeNumber('matches', numbers.matches, 0, 64),
    minutes: wholeNumber('minutes', numbers.minutes, 1, 10_080),
  };
  if (options.symbols === 0 && options.matches === 0) throw new UsageError('nothing to write: 0 symbols and 0 matches');
  if (out !== undefined) recordingName('--out', out);
  if (out !== undefined && push !== undefined) throw new UsageError('--out or --push, not both');
  if (speed !== undefined && push === undefined) {
    throw new UsageError('--speed is of a push: how fast a file is played is told when it is played');
  }
  const url = push === undefined ? undefined : boardUrl('--push', push);
  const pushSpeed = readSpeed(speed ?? '1');
  const simulation = new Simulation(options, await readRecording(WORLD_CUP_RECORDING));
  if (url !== undefined) {
    if (token === undefined) throw new UsageError('--token: a board is pushed to with a token from npm run token');
    const durationMs = options.minutes * 60_000;
    const updates = resettingFirst(simulation.updates());
    return pushStream(updates, { url, token, producer: 'simulate', isResumed: false, speed: pushSpeed, durationMs });
  }
  const count = await write(simulation, options.minutes, out);
  process.stderr.write(`${count} updates, ${options.minutes} minutes${out === undefined ? '' : `, in ${out}`}\n`);
});

function readArguments() {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  return readingArguments(
    () =>
      parseArgs({
        options: {
          seed: text('1'),
          symbols: text('48'),
          matches: text('8'),
          minutes: text('60'),
          speed: { type: 'string' },
          out: { type: 'string' },
          push: { type: 'string' },
          token: { type: 'string', default: process.env['BIGBOARD_TOKEN'] },
          help: { type: 'boolean', default: false },
        },
      }).values,
  );
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
