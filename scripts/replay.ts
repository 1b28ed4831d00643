// Plays a recording: on a server of its own, or into a running board.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openReplay, type Feed, type ReadingObserver, type ReplayOptions } from '@bigboard/server/feeds';
import { bar, ProgressLine } from './lib/progress-line.ts';
import { pushStream, resettingFirst, type StreamedUpdate } from './lib/push-stream.ts';
import { startBoard } from './lib/start-board.mjs';
import { boardUrl, readingArguments, readSpeed, runScript, UsageError, wholeNumber } from './lib/usage.ts';

const HELP = `Plays a recording on a server of its own, or into a running board.

  npm run replay -- FILE [--speed 10] [--from 14:05] [--loop] [--port 3000]
  npm run replay -- FILE --push URL --token T [--speed 0] [--producer NAME]

  FILE             a recording, .ndjson or .ndjson.gz, or a server's DATA_DIR: its journal, as far back as it goes
  --speed N        stream seconds a second; 0 is as fast as it goes (the recording's own)
  --from HH:MM     where to begin: a time of day (UTC) in the recording, HH:MM or HH:MM:SS, or seconds after its start (0)
  --loop           begins again at its end
  --port N         of the server (PORT, or 3000)
  --push URL       plays it into the board at this address instead
  --token T        to push with, from npm run token -- --source recorded (BIGBOARD_TOKEN)
  --producer NAME  the board counts by it: a push that was interrupted goes on where it stopped. Without it all is pushed
  --help           this text

The server keeps nothing, unless DATA_DIR is set; all its other settings are environment variables.
`;

const DAY_MS = 86_400_000;

await runScript('replay', async () => {
  const { positionals, values } = readingArguments(() =>
    parseArgs({
      allowPositionals: true,
      options: {
        speed: { type: 'string' },
        from: { type: 'string', default: '0' },
        loop: { type: 'boolean', default: false },
        port: { type: 'string' },
        push: { type: 'string' },
        token: { type: 'string', default: process.env['BIGBOARD_TOKEN'] },
        producer: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  if (values.help) return void process.stdout.write(HELP);
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError('name one recording to play');
  const file = path.resolve(name);
  if (!existsSync(file)) throw new UsageError(`${name}: there is no such file`);
  const { loop, push, token, producer } = values;
  const speed = values.speed === undefined ? undefined : readSpeed(values.speed);
  if (speed === 0 && loop) throw new UsageError('--speed 0 is as fast as it goes, which --loop would never end');
  if (push === undefined) {
    await serve(file, { speed, fromSeconds: await readFrom(file, values.from), loop, port: values.port });
    return;
  }
  const url = boardUrl('--push', push);
  if (token === undefined) throw new UsageError('--token: a board is pushed to with a token from npm run token');
  const fromMs = (await readFrom(file, values.from)) * 1_000;
  const feed = await open(file, { loop, speed, fromMs }, tellingOf(name));
  await pushStream(resettingFirst(stream(feed)), {
    url,
    token,
    producer: producer ?? 'replay',
    isResumed: producer !== undefined,
    speed: feed.speed,
    ...(loop ? {} : { durationMs: feed.toMs - feed.startTimeMs }),
  });
});

interface Served {
  readonly speed: number | undefined;
  readonly fromSeconds: number;
  readonly loop: boolean;
  readonly port: string | undefined;
}

async function serve(file: string, { speed, fromSeconds, loop, port }: Served): Promise<void> {
  if (/[,?]/.test(file)) throw new UsageError(`${file}: a list of feeds cannot name it: a comma or ? is in its path`);
  const options = [
    ...(speed === undefined ? [] : [`speed=${speed}`]),
    ...(fromSeconds === 0 ? [] : [`from=${fromSeconds}`]),
    ...(loop ? ['loop'] : []),
  ];
  const feeds = options.length === 0 ? file : `${file}?${options.join('&')}`;
  // The server runs in this process: a Ctrl-C reaches it alone, and it stops in good order.
  process.env['FEEDS'] = feeds;
  process.env['DATA_DIR'] ??= 'none';
  if (port !== undefined) process.env['PORT'] = String(wholeNumber('port', port, 0, 65_535));
  await startBoard([]);
}

/** A journal of a gigabyte is read for ten seconds. */
async function open(file: string, options: Omit<ReplayOptions, 'name'> = {}, observer: ReadingObserver = {}) {
  const progress = new ProgressLine();
  const onProgress = (bytes: number, totalBytes: number) =>
    progress.tell(() => `reading the journal ${bar(bytes / totalBytes)}`);
  const feed = await openReplay(file, { ...options, name: 'replay' }, { ...observer, onProgress });
  progress.clear();
  return feed;
}

function tellingOf(name: string): ReadingObserver {
  return {
    onCut: () => process.stderr.write(`${name} is cut short: it is played up to where it ends\n`),
    onBadLines: (count, [first]) =>
      process.stderr.write(`${name}: lines left out: ${count}, the first: ${first?.message}\n`),
  };
}

function* stream(feed: Feed): Generator<StreamedUpdate> {
  for (const row of feed.opening()) yield { ...row, offsetMs: 0 };
  for (let next = feed.next(); next !== undefined; next = feed.next()) {
    yield { namespace: next.namespace, update: next.update, offsetMs: next.dueTimeMs - feed.startTimeMs };
  }
}

/** @returns seconds after the start of the recording */
async function readFrom(file: string, text: string): Promise<number> {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) {
    throw new UsageError(`--from ${text}: a time of day such as 14:05, or seconds`);
  }
  const timeOfDayMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  const { fromMs, toMs } = await open(file);
  const sameDayMs = fromMs - (fromMs % DAY_MS) + timeOfDayMs;
  const timeMs = sameDayMs < fromMs ? sameDayMs + DAY_MS : sameDayMs;
  if (timeMs > toMs) throw new UsageError(`--from ${text}: it goes from ${told(fromMs)} to ${told(toMs)}`);
  return Math.round((timeMs - fromMs) / 1_000);
}

function told(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}
