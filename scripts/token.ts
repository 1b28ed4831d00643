// Makes, lists and revokes the tokens with which producers push. A running server takes changes within two seconds.
import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FEED_SOURCES, type FeedSource } from '@bigboard/shared/directory';
import {
  scopeSchema,
  TOKEN_FILE_NAME,
  TOKEN_PREFIX,
  TOKEN_RANDOM_BYTES,
  tokenNameSchema,
  type ProducerToken,
} from '@bigboard/shared/producer-token';
import { ROOT } from './lib/paths.mjs';
import { changeTokens, readTokens, TokenFileError } from './lib/token-file.ts';

const HELP = `Makes a token with which a producer may push updates, and prints it once.

  npm run token -- --topics 'markets/quote:*,sports/*' [--name lab] [--title 'The lab'] [--source live] [--days 30]
  npm run token -- --list
  npm run token -- --revoke lab

  --topics LIST  what it may write: NAMESPACE/TOPIC, where either may end in *
  --name NAME    of the feed that viewers see; push, push-2 ... when left out
  --title TEXT   what viewers are told the feed is called; the name when left out
  --source WHAT  what they are told of its data: live, recorded or simulated (live)
  --days N       it expires then; never when left out
  --list         what there is
  --revoke NAME  it can push no more, within two seconds
  --help         this text

Only the SHA-256 of a token is kept, in DATA_DIR/${TOKEN_FILE_NAME} or the file that PRODUCER_TOKENS names.
`;

const DAY_MS = 86_400_000;

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof TokenFileError)) throw error;
  process.stderr.write(`token: ${error.message} (npm run token -- --help tells more)\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { help, list, revoke, topics, ...options } = readArguments();
  if (help) return void process.stdout.write(HELP);
  const file = tokenFile();
  if (list) return listTokens(await readTokens(file));
  if (revoke !== undefined) {
    await changeTokens(file, (tokens) => {
      if (!tokens.some((token) => token.name === revoke)) throw new UsageError(`there is no token ${revoke}`);
      return tokens.filter((token) => token.name !== revoke);
    });
    return void process.stdout.write(`${revoke} is revoked\n`);
  }
  if (topics === undefined) throw new UsageError('--topics: what it may write, such as markets/quote:*');
  const secret = TOKEN_PREFIX + randomBytes(TOKEN_RANDOM_BYTES).toString('base64url');
  const scopes = topics.split(',').map(readScope);
  await changeTokens(file, (tokens) => [...tokens, newToken(secret, scopes, tokens, options)]);
  // On a line of its own, and the only thing on standard output, so that it can be piped on.
  process.stdout.write(`${secret}\n`);
  process.stderr.write(`Keep it: it is shown only now. Its SHA-256 is in ${file}.\n`);
}

type TokenOptions = Pick<ReturnType<typeof readArguments>, 'name' | 'title' | 'source' | 'days'>;

function newToken(
  secret: string,
  topics: string[],
  others: readonly ProducerToken[],
  options: TokenOptions,
): ProducerToken {
  const name = options.name ?? freeName(others);
  if (!tokenNameSchema.safeParse(name).success) throw new UsageError(`--name ${name}: 1 to 64 of A-Z a-z 0-9 . _ -`);
  if (others.some((token) => token.name === name)) {
    throw new UsageError(`there is a token ${name} already: --revoke it first, or choose another --name`);
  }
  const title = options.title ?? name;
  if (title === '' || title.length > 128) throw new UsageError('--title: 1 to 128 characters');
  const source = readSource(options.source);
  const createdAtMs = Date.now();
  const expiry = options.days === undefined ? {} : { expiresAtMs: createdAtMs + readDays(options.days) * DAY_MS };
  const sha256 = createHash('sha256').update(secret).digest('hex');
  return { name, title, source, topics, sha256, createdAtMs, ...expiry };
}

function freeName(others: readonly ProducerToken[]): string {
  const taken = new Set(others.map(({ name }) => name));
  let name = 'push';
  for (let number = 2; taken.has(name); number++) name = `push-${number}`;
  return name;
}

function readScope(text: string): string {
  const parsed = scopeSchema.safeParse(text);
  if (!parsed.success) throw new UsageError(`--topics ${text}: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
  return parsed.data;
}

function readSource(text: string): FeedSource {
  const source = FEED_SOURCES.find((each) => each === text);
  if (source === undefined) throw new UsageError(`--source ${text}: live, recorded or simulated`);
  return source;
}

function readDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days < 1) throw new UsageError(`--days ${text}: a whole number from 1 to 99999`);
  return days;
}

function listTokens(tokens: readonly ProducerToken[]): void {
  if (tokens.length === 0) process.stderr.write('There are no tokens.\n');
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  for (const { name, title, source = 'live', topics, createdAtMs, expiresAtMs } of tokens) {
    const isOver = expiresAtMs !== undefined && expiresAtMs <= Date.now();
    const until =
      expiresAtMs === undefined ? 'does not expire' : `${isOver ? 'expired' : 'expires'} ${day(expiresAtMs)}`;
    const titled = title === name ? '' : `  "${title}"`;
    process.stdout.write(`${name}${titled}  ${source}  ${topics.join(',')}  made ${day(createdAtMs)}, ${until}\n`);
  }
}

/** The same file as the server's, wherever this is called from. */
function tokenFile(): string {
  const { PRODUCER_TOKENS, DATA_DIR } = process.env;
  if (PRODUCER_TOKENS) return path.resolve(ROOT, PRODUCER_TOKENS);
  if (DATA_DIR === 'none') throw new UsageError('with DATA_DIR=none nothing is kept on disk: set PRODUCER_TOKENS=FILE');
  return path.resolve(ROOT, DATA_DIR || 'data', TOKEN_FILE_NAME);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        topics: { type: 'string' },
        name: { type: 'string' },
        title: { type: 'string' },
        source: { type: 'string', default: 'live' },
        days: { type: 'string' },
        list: { type: 'boolean', default: false },
        revoke: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
