import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { measureStaging, stageWorldCup } from '@bigboard/server/feeds';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';

const ROOT = new URL('../', import.meta.url);
const HELP = `Writes the recording of the 2022 World Cup from the timelines of openfootball/worldcup.

  npx tsx scripts/build-world-cup.ts [--from FILE] [--out FILE]

  --from FILE  the timelines, one match a line
               (../shared/data/football/openfootball-full/2022_timeline.jsonl beside the checkout)
  --out FILE   where the recording goes (server/recordings/world-cup-2022.ndjson.gz)
  --help       this text

The same timelines give the same recording. It takes a few seconds: the kick-offs are searched for.
`;

const { values } = parseArgs({
  options: {
    from: {
      type: 'string',
      default: fileURLToPath(new URL('../shared/data/football/openfootball-full/2022_timeline.jsonl', ROOT)),
    },
    out: { type: 'string', default: fileURLToPath(new URL('server/recordings/world-cup-2022.ndjson.gz', ROOT)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else build(values.from, values.out);

function build(from: string, out: string): void {
  console.log(`reading ${from}, searching for kick-offs ...`);
  const { header, updates } = stageWorldCup(readFileSync(from, 'utf8'));
  const bytes = gzipSync(formatHeader(header) + updates.map(formatUpdate).join(''), { level: 9 });
  writeFileSync(out, bytes);

  const { longestGapMs, fewestInPlay, mostInPlay } = measureStaging(updates, header);
  const speed = header.speed ?? 1;
  const wallMinutes = (header.endTimeMs - header.startTimeMs) / speed / 60_000;
  console.log(`${out}: ${updates.length} updates, ${(bytes.length / 1000).toFixed(1)} kB`);
  console.log(`a loop lasts ${wallMinutes.toFixed(1)} minutes at ${speed}x; ${fewestInPlay} to ${mostInPlay} in play`);
  console.log(
    `never longer than ${(longestGapMs / speed / 1000).toFixed(1)} s without a goal or a kick of a shoot-out`,
  );
}
