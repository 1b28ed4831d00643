// Captures a running board as a recording, as any reader sees it.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scopeSchema } from '@bigboard/shared/producer-token';
import { Recorder } from './lib/capture/recorder.ts';
import { boardUrl, readingArguments, recordingName, runScript, someNumber, UsageError } from './lib/usage.ts';

const HELP = `Captures a running board as a recording, until Ctrl-C.

  npm run record -- URL --topics 'markets/quote:*,sports/*' [--minutes N] [--out FILE] [--licence TEXT]

  URL             of the board, such as http://127.0.0.1:3000
  --topics LIST   what to capture: NAMESPACE/TOPIC, where either may end in *; topics that appear later too
  --minutes N     stops by itself after so long, such as 0.5; up to 10080
  --out FILE      .ndjson or .ndjson.gz (capture.ndjson.gz)
  --force         overwrites a file of that name
  --licence TEXT  of the data, written into the file ("unknown")
  --help          this text

What a board computes from other topics (watch, sparks, movers, scores, winprob, table) is left out unless named without *:
it is computed again where the capture is played. Every entry is captured; of fields, what each frame brought.
`;

const FILE = 'capture.ndjson.gz';
const LICENCE_MAX_LENGTH = 200;

await runScript('record', async () => {
  const { positionals, values } = readingArguments(() =>
    parseArgs({
      allowPositionals: true,
      options: {
        topics: { type: 'string' },
        minutes: { type: 'string' },
        out: { type: 'string', default: FILE },
        licence: { type: 'string', default: 'unknown' },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  if (values.help) return void process.stdout.write(HELP);
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new UsageError('name the address of one board');
  if (values.topics === undefined)
    throw new UsageError("--topics: what to capture, such as 'markets/quote:*,sports/*'");
  const patterns = values.topics.split(',').map((text) => {
    const pattern = scopeSchema.safeParse(text.trim());
    if (pattern.success) return pattern.data;
    throw new UsageError(`--topics ${text}: NAMESPACE/TOPIC, such as markets/quote:*`);
  });
  const { minutes } = values;
  const forMs = minutes === undefined ? undefined : someNumber('minutes', minutes, 10_080) * 60_000;
  const out = recordingName('--out', values.out);
  const { licence, force: isForced } = values;
  if (licence === '' || licence.length > LICENCE_MAX_LENGTH) {
    throw new UsageError(`--licence: 1 to ${LICENCE_MAX_LENGTH} characters`);
  }
  if (!isForced && existsSync(out)) {
    throw new UsageError(`${out} is there already: choose another --out, or overwrite it with --force`);
  }
  await new Recorder({ url: boardUrl('URL', address), patterns, out, licence, isForced }).run(forMs);
});
