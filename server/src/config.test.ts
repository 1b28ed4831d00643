import { expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

it('needs nothing to be set', () => {
  expect(readConfig({})).toMatchObject({ port: 3_000, host: '127.0.0.1', allowedOrigins: [], flushMs: 50, seed: 1 });
  const retention = { bytes: 2_147_483_648, ms: 86_400_000 };
  expect(readConfig({})).toMatchObject({ dataDir: 'data', retention });
  expect(readConfig({ DATA_DIR: 'none' }).dataDir).toBeUndefined();
});

it('takes what is set, and an empty value as not set', () => {
  const environment = {
    PORT: '0',
    HOST: '::',
    FEEDS: 'none',
    SEED: '4294967295',
    ALLOWED_ORIGINS: 'https://a.example,http://localhost:8080,',
    TRANSPORTS: 'websocket,polling',
    TRUSTED_PROXIES: 'loopback,10.0.0.0/8,fd00::1',
    FLUSH_MS: '10',
    LOG_LEVEL: 'warn',
  };
  expect(readConfig(environment)).toMatchObject({
    port: 0,
    host: '::',
    feeds: 'none',
    seed: 4_294_967_295,
    allowedOrigins: ['https://a.example', 'http://localhost:8080'],
    transports: ['websocket', 'polling'],
    trustedProxies: ['loopback', '10.0.0.0/8', 'fd00::1'],
    flushMs: 10,
    logLevel: 'warn',
  });
  const empty = Object.fromEntries(Object.keys(environment).map((name) => [name, '']));
  expect(readConfig(empty)).toEqual(readConfig({}));
  expect(readConfig({ PATH: '/bin', __proto__: 'x' })).toEqual(readConfig({}));
});

it('keeps tokens with the rest of its data, or where it is told to', () => {
  expect(readConfig({}).producerTokens).toBe('data/producer-tokens.json');
  expect(readConfig({ DATA_DIR: '/var/board' }).producerTokens).toBe('/var/board/producer-tokens.json');
  expect(readConfig({ DATA_DIR: 'none' }).producerTokens).toBeUndefined();
  expect(readConfig({ DATA_DIR: 'none', PRODUCER_TOKENS: '/etc/tokens' }).producerTokens).toBe('/etc/tokens');
});

it('takes kinds of its own', () => {
  expect(readConfig({}).ownKinds).toEqual([]);
  expect(readConfig({ OWN_KINDS: 'sensor,build.step' }).ownKinds).toEqual(['sensor', 'build.step']);
  expect(readConfig({ OWN_KINDS: '*' }).ownKinds).toEqual(['*']);
});

it.each([
  ['PORT', '65536'],
  ['JOURNAL_MB', '15'],
  ['JOURNAL_HOURS', '0'],
  ['PORT', '-1'],
  ['PORT', '3000.5'],
  ['PORT', '0x10'],
  ['PORT', '3000 '],
  ['PORT', '1e3'],
  ['PORT', 'http'],
  ['PORT', '9'.repeat(400)],
  ['SEED', '4294967296'],
  ['SEED', 'random'],
  ['FLUSH_MS', '9'],
  ['FLUSH_MS', '5001'],
  ['FLUSH_MS', 'NaN'],
  ['OWN_KINDS', 'a:b'],
  ['OWN_KINDS', 'a, b'],
  ['OWN_KINDS', 'a*'],
  ['LOG_LEVEL', 'loud'],
  ['LOG_LEVEL', 'INFO'],
  ['ALLOWED_ORIGINS', 'board.example'],
  ['ALLOWED_ORIGINS', 'https://board.example/'],
  ['ALLOWED_ORIGINS', 'https://board.example/page'],
  ['ALLOWED_ORIGINS', 'https://a.example, https://b.example'],
  ['ALLOWED_ORIGINS', '*'],
  ['ALLOWED_ORIGINS', 'null'],
  ['ALLOWED_ORIGINS', 'file:///etc'],
  ['TRANSPORTS', 'polling'],
  ['TRANSPORTS', 'websocket, polling'],
  ['TRUSTED_PROXIES', 'localhost'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
  ['TRUSTED_PROXIES', 'true'],
  ['TRUSTED_PROXIES', '10.0.0.1, 10.0.0.2'],
])('names %s=%.40s and what it takes, in one line', (name, value) => {
  const read = () => readConfig({ [name]: value });
  expect(read).toThrow(ConfigError);
  const message = messageOf(read);
  expect(message.startsWith(`${name}=${value}: must be `)).toBe(true);
  expect(message).not.toContain('\n');
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

it('takes the address of a Redis, and never repeats it', () => {
  expect(readConfig({}).redisUrl).toBeUndefined();
  expect(readConfig({ REDIS_URL: 'redis://:secret@10.0.0.7:6379' }).redisUrl).toBe('redis://:secret@10.0.0.7:6379');
  const wrong = () => readConfig({ REDIS_URL: 'http://:secret@10.0.0.7' });
  expect(wrong).toThrow('REDIS_URL=...: must be an address like redis://127.0.0.1:6379');
});

it('takes a name for the instance', () => {
  expect(readConfig({ INSTANCE: 'two' }).instance).toBe('two');
  expect(() => readConfig({ INSTANCE: 'this one' })).toThrow('must be a name');
});
