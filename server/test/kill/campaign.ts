import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { vi } from 'vitest';
import { freePort } from '../../../scripts/lib/cluster/free-port.ts';
import { readLog } from '../journal/read-log.ts';
import { Random } from '../model/random.ts';
import { ServerProcess } from '../support/server-process.ts';
import { Pusher, rowOf, TAPES } from './pusher.ts';
import { Testimony, Witness } from './witness.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly kills: number;
  readonly rowsPerSecond: number;
  /** Which server: the project's folder, or a copy of it with a defect. */
  readonly root?: string;
  /** Ends at the first violation. */
  readonly isImpatient?: boolean;
}

export interface CampaignResult {
  readonly violations: readonly string[];
  readonly acknowledged: number;
  readonly witnessed: number;
  readonly kills: number;
}

const PRODUCERS = ['one', 'two'];
const WITNESSES = 3;
const LIFE_MS = { least: 30, most: 900 };
const CATCH_UP_MS = 30_000;
const TOKEN_NAME = 'kill';

/**
 * A real server, killed with `kill -9` at random moments while numbered rows are pushed to it and readers watch, and
 * started again on what it left on disk. What was acknowledged or seen is held against what is there at the end.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const random = new Random(options.seed);
  const dataDir = await mkdtemp(join(tmpdir(), 'bigboard-kill-'));
  const token = `bb_${randomBytes(32).toString('base64url')}`;
  await writeFile(join(dataDir, 'producer-tokens.json'), JSON.stringify(tokenFile(token)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { PORT: String(port), DATA_DIR: dataDir, OWN_KINDS: 'tape', LOG_LEVEL: 'warn' };
  const start = async () => {
    const server = new ServerProcess(environment, options.root);
    await server.url();
    return server;
  };
  const pushers = PRODUCERS.map((name) => new Pusher(url, token, name, options.rowsPerSecond / PRODUCERS.length));
  const testimony = new Testimony();
  const witnesses: Witness[] = [];
  const violations = () => [...testimony.violations, ...pushers.flatMap((pusher) => pusher.violations)];
  let server = await start();
  let kills = 0;
  try {
    for (const pusher of pushers) pusher.start();
    await vi.waitFor(() => everyTapeIsThere(url), { timeout: CATCH_UP_MS, interval: 20 });
    for (let count = 0; count < WITNESSES; count++) witnesses.push(new Witness(url, testimony));
    const epoch = await epochOf(url);
    for (; kills < options.kills && !(options.isImpatient && violations().length > 0); kills++) {
      await new Promise((done) => setTimeout(done, random.between(LIFE_MS.least, LIFE_MS.most)));
      server.kill('SIGKILL');
      await server.ended;
      await server[Symbol.asyncDispose]();
      const head = await headOnDisk(dataDir);
      const shown = Math.max(0, ...witnesses.map(({ newestPosition }) => newestPosition));
      if (shown > head) testimony.violations.push(`readers were shown seq ${shown}, and the disk ends at ${head}`);
      server = await start();
      const now = await epochOf(url);
      if (now !== epoch) testimony.violations.push(`the epoch was ${epoch} and is ${now}`);
    }
    await Promise.all(pushers.map((pusher) => pusher.stop()));
    if (violations().length === 0) {
      await caughtUp(pushers, witnesses).catch((error: unknown) => testimony.violations.push(String(error)));
    }
    if (testimony.epochs.size !== 1) testimony.violations.push(`readers saw ${testimony.epochs.size} epochs`);
    server.kill('SIGTERM');
    await server.ended;
    const found = [...violations(), ...(await checkJournal(dataDir, pushers))];
    const acknowledged = pushers.reduce((sum, { acknowledgedId }) => sum + acknowledgedId, 0);
    return { violations: found, acknowledged, witnessed: testimony.size, kills };
  } catch (error) {
    // A server that does not come back is a violation too.
    return { violations: [...violations(), String(error)], acknowledged: 0, witnessed: testimony.size, kills };
  } finally {
    for (const witness of witnesses) await witness[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  }
}

function tokenFile(token: string): object {
  const sha256 = createHash('sha256').update(token).digest('hex');
  const entry = { name: TOKEN_NAME, title: 'Kill campaign', topics: ['markets/*'], sha256, createdAtMs: 0 };
  return { bigboardTokens: 1, tokens: [entry] };
}

async function everyTapeIsThere(url: string): Promise<void> {
  for (const topic of TAPES) {
    const { ok } = await fetch(`${url}/api/topics/markets/${topic}`);
    if (!ok) throw new Error(`${topic} is not there yet`);
  }
}

async function epochOf(url: string): Promise<string> {
  const response = await fetch(`${url}/api/topics/markets/${TAPES[0]}`);
  return ((await response.json()) as { epoch: string }).epoch;
}

async function caughtUp(pushers: readonly Pusher[], witnesses: readonly Witness[]): Promise<void> {
  await vi.waitFor(
    () => {
      for (const { producer, acknowledgedId } of pushers) {
        for (const witness of witnesses) {
          const newest = witness.newestIds.get(producer) ?? 0;
          if (newest < acknowledgedId) throw new Error(`a reader is at ${newest} of ${acknowledgedId} of ${producer}`);
        }
      }
    },
    { timeout: CATCH_UP_MS, interval: 20 },
  );
}

/** Each acknowledged row is on disk as it was sent, once, in order; and nothing else is. */
async function checkJournal(dataDir: string, pushers: readonly Pusher[]): Promise<string[]> {
  const folder = join(dataDir, 'journal');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const log = readLog(texts, 'markets');
  return pushers.flatMap(({ producer, acknowledgedId }) => {
    const rows = log.filter((row) => row.producer === `pushed:${TOKEN_NAME}:${producer}`);
    const wrong = rows.findIndex(({ id, update }, index) => {
      return id !== index + 1 || !isDeepStrictEqual({ ...update, id }, rowOf(producer, index + 1));
    });
    if (wrong >= 0) return [`row ${wrong + 1} of ${producer} is ${JSON.stringify(rows[wrong])}`];
    return rows.length < acknowledgedId ? [`${producer} lost ${acknowledgedId - rows.length} acknowledged rows`] : [];
  });
}

/** The newest seq of `/markets` that a server can find when it starts. */
async function headOnDisk(dataDir: string): Promise<number> {
  const folder = join(dataDir, 'journal');
  const newest = (await readdir(folder))
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .at(-1) as string;
  let head = 0;
  let batch: { readonly from: number; readonly to: number } | undefined;
  for (const line of (await readFile(join(folder, newest), 'utf8')).split('\n').slice(0, -1)) {
    if (line.startsWith('{"keyframe":"markets"')) head = (JSON.parse(line) as { seq: number }).seq;
    if (line.startsWith('{"batch":')) batch = undefined;
    if (line.startsWith('{"batch":"markets"')) batch = JSON.parse(line) as { from: number; to: number };
    if (batch !== undefined && line.includes(`,"seq":${batch.to},`)) head = batch.to;
  }
  return head;
}
