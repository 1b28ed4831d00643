import { isIP } from 'node:net';
import { join } from 'node:path';
import { TOKEN_FILE_NAME } from '@bigboard/shared/producer-token';
import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from './logger.ts';

/** How this process is set up; every part is handed its own piece. README.md lists the same variables. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Which feeds run, as `parseFeedList` of `feeds/` reads it. */
  readonly feeds: string;
  readonly seed: number;
  readonly allowedOrigins: readonly string[];
  /** What readers may come by; without `polling` no load balancer has to keep them at one instance. */
  readonly transports: readonly Transport[];
  /** Who in front may say in `X-Forwarded-For` whom a request comes from: addresses, networks or names of them. */
  readonly trustedProxies: readonly string[];
  /** The file of the tokens to push with; undefined: there are none. */
  readonly producerTokens: string | undefined;
  /** Kinds of topics that may be pushed besides the known ones; `*` is any. */
  readonly ownKinds: readonly string[];
  /** Who knows it may command the feeds; undefined: nobody may. */
  readonly operatorToken: string | undefined;
  readonly flushMs: number;
  /** Where the logs are kept when there are several instances; undefined: on this machine, by this process alone. */
  readonly redisUrl: string | undefined;
  /** What people call this process; undefined: it has no name of its own. */
  readonly instance: string | undefined;
  readonly logLevel: LogLevel;
  /** Where the journal and the tokens are kept; undefined keeps nothing. */
  readonly dataDir: string | undefined;
  /** How much of the journal is kept, whichever is less. */
  readonly retention: { readonly bytes: number; readonly ms: number };
}

const TRANSPORTS = ['websocket', 'polling'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

const origin = z.string().refine((text) => {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}, 'must be origins like https://board.example, separated by commas');

const NETWORK_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);
const network = z.string().refine((text) => {
  if (NETWORK_NAMES.has(text)) return true;
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}, 'must be addresses or networks like 10.0.0.0/8, or loopback, linklocal or uniquelocal, separated by commas');

const ownKinds = z
  .string()
  .regex(/^([A-Za-z0-9._-]+|\*)(,([A-Za-z0-9._-]+|\*))*$/, 'must be names of kinds such as sensor,build, or * for any');

const redisUrl = z
  .string()
  .refine((text) => /^rediss?:$/.test(protocolOf(text) ?? ''), 'must be an address like redis://127.0.0.1:6379');

const environmentSchema = z.object({
  PORT: integer(0, 65_535).default(3_000),
  HOST: z.string().min(1).default('127.0.0.1'),
  FEEDS: z.string().default('simulate,world-cup'),
  SEED: integer(0, 4_294_967_295).default(1),
  ALLOWED_ORIGINS: z
    .string()
    .transform((list) => list.split(',').filter((item) => item !== ''))
    .pipe(z.array(origin))
    .default([]),
  TRANSPORTS: z
    .enum(['websocket', 'websocket,polling'], 'must be websocket or websocket,polling')
    .transform((list) => TRANSPORTS.filter((name) => list.split(',').includes(name)))
    .default(['websocket']),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').filter((item) => item !== ''))
    .pipe(z.array(network))
    .default([]),
  FLUSH_MS: integer(10, 5_000).default(50),
  REDIS_URL: redisUrl.optional(),
  INSTANCE: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,32}$/, 'must be a name of at most 32 letters, digits, dots, hyphens and underscores')
    .optional(),
  DATA_DIR: z.string().min(1).default('data'),
  JOURNAL_MB: integer(16, 1_048_576).default(2_048),
  JOURNAL_HOURS: integer(1, 8_760).default(24),
  PRODUCER_TOKENS: z.string().min(1).optional(),
  OPERATOR_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  OWN_KINDS: ownKinds.transform((list) => list.split(',')).default([]),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** Never repeated in a message. */
const SECRETS: ReadonlySet<string> = new Set(['OPERATOR_TOKEN', 'REDIS_URL']);

/** @throws ConfigError naming the variable, its value and what it takes */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    const value = SECRETS.has(name) ? '...' : (set[name] ?? '');
    throw new ConfigError(`${name}=${value}: ${issue?.message ?? 'not valid'}`);
  }
  const { PORT, HOST, FEEDS, SEED, ALLOWED_ORIGINS, FLUSH_MS, LOG_LEVEL } = parsed.data;
  const { DATA_DIR, JOURNAL_MB, JOURNAL_HOURS, PRODUCER_TOKENS, OWN_KINDS, OPERATOR_TOKEN } = parsed.data;
  const { TRANSPORTS: transports, TRUSTED_PROXIES, REDIS_URL, INSTANCE } = parsed.data;
  return {
    port: PORT,
    host: HOST,
    feeds: FEEDS,
    seed: SEED,
    allowedOrigins: ALLOWED_ORIGINS,
    transports,
    trustedProxies: TRUSTED_PROXIES,
    producerTokens: PRODUCER_TOKENS ?? (DATA_DIR === 'none' ? undefined : join(DATA_DIR, TOKEN_FILE_NAME)),
    ownKinds: OWN_KINDS,
    operatorToken: OPERATOR_TOKEN,
    flushMs: FLUSH_MS,
    redisUrl: REDIS_URL,
    instance: INSTANCE,
    logLevel: LOG_LEVEL,
    dataDir: DATA_DIR === 'none' ? undefined : DATA_DIR,
    retention: { bytes: JOURNAL_MB * 1_048_576, ms: JOURNAL_HOURS * 3_600_000 },
  };
}

function protocolOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).protocol : undefined;
}
