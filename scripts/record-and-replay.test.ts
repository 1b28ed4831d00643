import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecording } from '@bigboard/server/feeds';
import { foldUpdates } from '@bigboard/shared/fold';
import { formatHeader, formatUpdate, type NamespacedUpdate } from '@bigboard/shared/recording';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ReplayFeed } from '../server/src/feeds/replay.ts';
import { RunningBoard } from '../server/test/support/running-board.ts';
import { TokenList } from '../server/test/support/token-list.ts';

const START_MS = 1_000_000;
const WAIT_MS = 20_000;

/** Quotes and trades, a match with a goal that is struck off, a topic that is removed, one that is far too long. */
const updates: NamespacedUpdate[] = [
  { namespace: 'markets', update: { topic: 'quote:ACME', time: START_MS, fields: { last: 1, bid: 1 } } },
  { namespace: 'sports', update: { topic: 'note:A', time: START_MS, fields: { a: 1 }, log: ['kick-off'] } },
  { namespace: 'sports', update: { topic: 'note:B', time: START_MS, fields: { b: 1 } } },
  ...Array.from({ length: 60 }, (_, index): NamespacedUpdate => ({
    namespace: 'markets',
    update: {
      topic: 'trades:ACME',
      time: START_MS + index * 20,
      log: [{ price: 1 + index, size: 1, side: 'buy' }],
    },
  })),
  { namespace: 'sports', update: { topic: 'note:A', time: START_MS + 1_000, log: [{ goal: 1 }, { goal: 2 }] } },
  {
    namespace: 'sports',
    update: { topic: 'note:A', time: START_MS + 1_200, fields: { a: null, c: 2 }, log: [{ corrects: 2 }] },
  },
  { namespace: 'sports', update: { topic: 'note:B', time: START_MS + 1_300, reset: true } },
  { namespace: 'sports', update: { topic: 'note:C', time: START_MS + 1_400, fields: { late: true } } },
];
const header = { bigboard: 1, title: 'A day', source: 'me', licence: 'CC0-1.0', origin: 'recorded' } as const;

/** All topics of the recording that are there in the end: fields, and what is in the log. */
function contents(documents: Iterable<TopicDocument>): Record<string, unknown> {
  const live = [...documents].filter(({ removed }) => !removed);
  return Object.fromEntries(
    live.map((document) => [document.topic, [document.values(), document.log.map(({ time, entry }) => [time, entry])]]),
  );
}

function folded(rows: readonly NamespacedUpdate[]): Record<string, unknown> {
  const documents = new Map<string, TopicDocument>();
  rows.forEach(({ update }, index) => foldUpdates(documents, index, [update]));
  return contents(documents.values());
}

const OPERATOR_TOKEN = 'sixteen characters';

const children = new Set<ChildProcess>();

/** A command as a user runs it, but for npm. */
class Command {
  stderr = '';
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;

  constructor(script: string, ...args: readonly string[]) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.child = spawn(process.execPath, ['--import', 'tsx', file, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.add(this.child);
    this.child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves once it says so. */
  async told(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.stderr, { timeout: WAIT_MS }).toMatch(pattern);
  }
}

let folder: string;
let day: string;
let tokens: TokenList;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigboard-record-'));
  day = join(folder, 'day.ndjson');
  await writeFile(day, formatHeader(header) + updates.map(formatUpdate).join(''));
  tokens = await TokenList.create();
  token = await tokens.add('lab', ['markets/*', 'sports/*']);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
  await tokens[Symbol.asyncDispose]();
});

const pushable = () => RunningBoard.start({ environment: { PRODUCER_TOKENS: tokens.file, OWN_KINDS: 'note' } });

async function shown(board: RunningBoard, topics: readonly string[]): Promise<Record<string, unknown>> {
  const all = await Promise.all(
    topics.map(async (name) => {
      const [namespace, topic] = name.split('/') as ['markets' | 'sports', string];
      const { fields, log = [] } = await board.snapshot(namespace, topic);
      return [topic, [fields, log.map(({ time, entry }) => [time, entry])]] as const;
    }),
  );
  return Object.fromEntries(all.filter(([, [fields]]) => fields !== undefined));
}

const TOPICS = ['markets/quote:ACME', 'markets/trades:ACME', 'sports/note:A', 'sports/note:B', 'sports/note:C'];

async function letPlay(board: RunningBoard): Promise<void> {
  const ops = io(`${board.url}/ops`, { transports: ['websocket'], auth: { token: OPERATOR_TOKEN } });
  expect(await ops.emitWithAck('control', { feed: 'day', action: 'speed', speed: 2 })).toEqual({ ok: true });
  ops.close();
}

it('captures what a board plays, and what is played of the capture ends in the same documents', async () => {
  // So slow that nothing more comes before the snapshot is whole.
  const feed = new ReplayFeed({ header, updates }, { name: 'day', speed: 0.0001 });
  await using board = await RunningBoard.start({ feeds: [feed], environment: { OPERATOR_TOKEN } });
  const out = join(folder, 'capture.ndjson');
  const topics = 'markets/trades:*,markets/quote:*,sports/*';
  const record = new Command('record.ts', board.url, '--topics', topics, '--out', out);
  await record.told(/^recording 4 topics into .*capture.ndjson/);
  await letPlay(board);
  await expect.poll(() => readFile(out, 'utf8'), { timeout: WAIT_MS }).toContain('sports/note:C');
  record.child.kill('SIGINT');
  expect([await record.ended, record.stderr]).toEqual([
    0,
    expect.stringMatching(/updates of 4 topics, .*capture.ndjson\n/),
  ]);
  const capture = await readRecording(out);
  expect(capture.badLineCount).toBe(0);
  expect(capture.header).toMatchObject({ origin: 'recorded', licence: 'unknown', title: 'A day (captured)' });
  expect(folded(capture.updates)).toEqual(folded(updates));

  await using other = await pushable();
  const replay = new Command('replay.ts', out, '--push', other.url, '--token', token, '--speed', '0');
  expect([await replay.ended, replay.stderr]).toEqual([0, expect.stringMatching(/\d+ updates pushed, in /)]);
  expect(await shown(other, TOPICS)).toEqual(folded(updates));
});

it('ends a gzipped capture whole, whenever it is told to', async () => {
  await using board = await RunningBoard.start({ feeds: [new ReplayFeed({ header, updates }, { name: 'day' })] });
  const out = join(folder, 'capture.ndjson.gz');
  const record = new Command('record.ts', board.url, '--topics', 'markets/*', '--out', out, '--licence', 'CC0-1.0');
  await record.told(/^recording/);
  record.child.kill('SIGINT');
  expect(await record.ended).toBe(0);
  expect(await readRecording(out)).toMatchObject({
    badLineCount: 0,
    isCut: false,
    header: { licence: 'CC0-1.0', source: `${board.url}: A day`, origins: { markets: 'recorded' } },
  });
  const bytes = await readFile(out);
  const again = new Command('record.ts', board.url, '--topics', 'markets/*', '--out', out);
  expect([await again.ended, again.stderr]).toEqual([1, expect.stringMatching(/^record: .+ is there already: .+\n$/)]);
  expect(await readFile(out)).toEqual(bytes);
  const forced = new Command(
    'record.ts',
    ...[board.url, '--topics', 'markets/*,sports/none:*', '--out', out, '--force', '--minutes', '0.01'],
  );
  expect([await forced.ended, forced.stderr]).toEqual([
    0,
    expect.stringMatching(/^nothing on the board fits sports\/none:\* so far\nrecording/),
  ]);
  expect(await readRecording(out)).toMatchObject({ header: { licence: 'unknown' } });
});

it('leaves what it captured, when it is killed', async () => {
  // So slow that nothing more comes before the snapshot is whole.
  const feed = new ReplayFeed({ header, updates }, { name: 'day', speed: 0.0001 });
  await using board = await RunningBoard.start({ feeds: [feed], environment: { OPERATOR_TOKEN } });
  const out = join(folder, 'killed.ndjson.gz');
  const topics = 'markets/trades:*,markets/quote:*,sports/*';
  const record = new Command('record.ts', board.url, '--topics', topics, '--out', out);
  await record.told(/^recording 4 topics/);
  await letPlay(board);
  const isAll = async () => {
    const { updates: captured } = await readRecording(out).catch(() => ({ updates: [] }));
    return captured.some(({ update }) => update.topic === 'note:C');
  };
  await expect.poll(isAll, { timeout: WAIT_MS }).toBe(true);
  record.child.kill('SIGKILL');
  await record.ended;
  const capture = await readRecording(out);
  expect(capture).toMatchObject({ isCut: true, badLineCount: 0, header: { title: 'A day (captured)' } });
  expect(folded(capture.updates)).toEqual(folded(updates));
  await using other = await pushable();
  const replay = new Command('replay.ts', out, '--push', other.url, '--token', token, '--speed', '0');
  expect([await replay.ended, replay.stderr]).toEqual([
    0,
    expect.stringMatching(/^.+killed.ndjson.gz is cut short: .+\n(.+\n)*.*updates pushed, in /),
  ]);
});

it('makes no file of nothing', async () => {
  await using board = await pushable();
  const out = join(folder, 'nothing.ndjson');
  const record = new Command('record.ts', board.url, '--topics', 'markets/*', '--out', out, '--minutes', '0.02');
  expect([await record.ended, record.stderr]).toEqual([
    1,
    expect.stringMatching(/^nothing on the board fits markets\/\* so far\n(.+\n)?record: nothing was captured.+\n$/),
  ]);
  await expect(readFile(out)).rejects.toThrow('ENOENT');
});

describe('a replay that is pushed', () => {
  it('leaves the board with just what is in the recording, pushed again too', async () => {
    await using board = await pushable();
    for (let count = 0; count < 2; count++) {
      const replay = new Command('replay.ts', day, '--push', board.url, '--token', token, '--speed', '0');
      expect([await replay.ended, replay.stderr]).toEqual([
        0,
        expect.stringContaining(`${updates.length} updates pushed`),
      ]);
      expect(await shown(board, TOPICS)).toEqual(folded(updates));
    }
  });

  it('goes on where it stopped when its producer has a name', async () => {
    await using board = await pushable();
    const args = ['replay.ts', day, '--push', board.url, '--token', token, '--producer', 'me'] as const;
    expect(await new Command(...args, '--speed', '0').ended).toBe(0);
    const again = new Command(...args, '--speed', '1');
    expect([await again.ended, again.stderr]).toEqual([
      0,
      expect.stringContaining(`0 updates pushed, ${updates.length} were there already`),
    ]);
    expect(await shown(board, TOPICS)).toEqual(folded(updates));
  });
});

it('ends at once, and leaves no feed alive, when the token may not push all of it', async () => {
  const marketsOnly = await tokens.add('markets-only', ['markets/*']);
  await using board = await pushable();
  const args = ['--push', board.url, '--token', marketsOnly, '--speed', '0'];
  const replay = new Command('replay.ts', day, ...args);
  expect([await replay.ended, replay.stderr]).toEqual([
    1,
    expect.stringContaining('forbidden: sports: the token is for markets/*'),
  ]);
});

it('pushes a simulation, which is shown as one, and a capture that has begun without it tells so', async () => {
  const simulated = await tokens.add('sim', ['markets/*'], { title: 'Made up', source: 'simulated' });
  const feed = new ReplayFeed({ header, updates }, { name: 'day', speed: 0.0001 });
  await using board = await RunningBoard.start({ feeds: [feed], environment: { PRODUCER_TOKENS: tokens.file } });
  const out = join(folder, 'mixed.ndjson');
  const record = new Command('record.ts', board.url, '--topics', 'markets/quote:*,sports/*', '--out', out);
  await record.told(/^recording/);
  const simulate = new Command(
    'simulate.ts',
    ...['--symbols', '1', '--matches', '0', '--minutes', '1'],
    ...['--push', board.url, '--token', simulated, '--speed', '0'],
  );
  expect([await simulate.ended, simulate.stderr]).toEqual([0, expect.stringMatching(/\d+ updates pushed, in /)]);
  expect((await board.snapshot('markets', 'quote:KIKO')).fields).toMatchObject({ symbol: 'KIKO' });
  expect((await board.snapshot('markets', 'feed:sim')).fields).toMatchObject({ source: 'simulated' });
  await expect.poll(() => readFile(out, 'utf8'), { timeout: WAIT_MS }).toContain('markets/quote:KIKO');
  record.child.kill('SIGINT');
  expect(await record.ended).toBe(0);
  const capture = await readRecording(out);
  expect(capture.badLineCount).toBe(0);
  expect(capture.header).toMatchObject({
    origins: { markets: 'simulated', sports: 'recorded' },
    titles: { markets: 'A day, Made up (captured)', sports: 'A day (captured)' },
  });
});

it('plays a recording on a server of its own', async () => {
  const file = fileURLToPath(new URL('replay.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, day, '--speed', '0', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  });
  children.add(child);
  let stdout = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  const url = await vi.waitFor(
    () => {
      const found = /Bigboard is at (\S+)/.exec(stdout)?.[1];
      if (found === undefined) throw new Error(`not up yet: ${stdout}`);
      return found;
    },
    { timeout: 60_000 },
  );
  await expect
    .poll(async () => ((await (await fetch(`${url}/api/topics/sports/note:C`)).json()) as { fields?: object }).fields)
    .toEqual({ late: true });
  child.kill('SIGINT');
  expect((await once(child, 'close'))[0]).toBe(0);
}, 90_000);

it.each([
  ['record', [], 'name the address of one board'],
  ['record', ['http://127.0.0.1:9'], '--topics'],
  ['record', ['nowhere', '--topics', 'markets/*'], 'the address of a board'],
  ['record', ['http://127.0.0.1:9', '--topics', 'stocks/*'], '--topics stocks/*'],
  ['record', ['http://127.0.0.1:9', '--topics', 'markets/*', '--out', 'day.txt'], '--out day.txt'],
  ['record', ['http://127.0.0.1:9', '--topics', 'markets/*'], 'no board at http://127.0.0.1:9'],
  ['record', ['http://127.0.0.1:9', '--topics', 'markets/*', '--minutes', '0'], '--minutes 0'],
  ['record', ['http://127.0.0.1:9', '--topics', 'markets/*', '--licence', ''], '--licence'],
  ['record', ['--bla'], "record: Unknown option '--bla' (npm run record"],
  ['replay', [], 'name one recording'],
  ['replay', ['missing.ndjson'], 'there is no such file'],
  ['replay', ['DAY', '--speed', 'x'], '--speed x'],
  ['replay', ['DAY', '--from', '25:00'], '--from 25:00'],
  ['replay', ['DAY', '--from', '14:05'], 'it goes from 00:16:40 to 00:16:41'],
  ['replay', ['DAY', '--push', 'http://127.0.0.1:9'], '--token'],
])('%s says in one line what is wrong with %j', async (script, args, message) => {
  const command = new Command(`${script}.ts`, ...args.map((arg) => (arg === 'DAY' ? day : arg)));
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain(message);
  expect(command.stderr).toMatch(new RegExp(`^${script}: .+\\n$`));
});
