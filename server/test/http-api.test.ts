import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inNamespace, RunningBoard } from './support/running-board.ts';

let board: RunningBoard;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigboard-page-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'a secret');
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>The page</title>');
  await writeFile(join(folder, 'dist', '.env'), 'a secret');
  await writeFile(join(folder, 'dist', 'assets', 'main-abc.js'), 'export {};');
  board = await RunningBoard.start({
    webRoot: join(folder, 'dist'),
    opening: [
      ...inNamespace(
        'markets',
        { topic: 'quote:ACME', time: 5, fields: { name: 'Acme' } },
        { topic: 'note:1', time: 7, fields: { a: 1, b: null }, log: ['x', { y: 1 }] },
      ),
      ...inNamespace('sports', { topic: 'game:1', time: 5, fields: { score: '1-0' } }),
    ],
  });
});
afterAll(async () => {
  await board[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = (path: string, method = 'GET') => fetch(board.url + path, { method });

/** The path exactly as written: `fetch` would tidy it up first. */
async function getRaw(path: string, headers = ''): Promise<{ status: number; body: string }> {
  const socket = connect(board.port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n`);
  const answer = await readText(socket);
  return { status: Number(answer.split(' ')[1]), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) };
}

describe('health', () => {
  it('says that the process lives and that it is ready', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ ok: true });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ok: true, degraded: [] });
  });

  it('tells its figures in the text format of Prometheus', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/^bigboard_updates_total\{namespace="markets"\} [1-9]\d*$/m);
    expect(text).toMatch(/^bigboard_topics\{namespace="sports"\} [1-9]\d*$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

describe('topics', () => {
  it('lists the topics of a namespace', async () => {
    const { topics } = (await (await get('/api/topics?namespace=markets')).json()) as { topics: object[] };
    expect(topics).toContainEqual({ topic: 'quote:ACME', kind: 'quote', title: 'Acme', feed: 'hand' });
    expect(topics).toContainEqual({ topic: 'feed:hand', kind: 'feed', title: 'By hand', feed: 'hand' });
  });

  it('tells one topic whole', async () => {
    expect(await (await get('/api/topics/markets/note:1')).json()).toEqual({
      epoch: expect.stringMatching(/^[A-Za-z0-9_-]{1,32}$/) as string,
      seq: expect.any(Number) as number,
      topic: 'note:1',
      time: 7,
      fields: { a: 1 },
      log: [
        { n: 1, time: 7, entry: 'x' },
        { n: 2, time: 7, entry: { y: 1 } },
      ],
    });
  });

  it.each([
    ['/api/topics', 404, 'unknown_namespace'],
    ['/api/topics?namespace=nowhere', 404, 'unknown_namespace'],
    ['/api/topics?namespace=__proto__', 404, 'unknown_namespace'],
    ['/api/topics?namespace=markets&namespace=sports', 404, 'unknown_namespace'],
    ['/api/topics?namespace[a]=markets', 404, 'unknown_namespace'],
    ['/api/topics/nowhere/note:1', 404, 'unknown_namespace'],
    ['/api/topics/constructor/note:1', 404, 'unknown_namespace'],
    ['/api/topics/markets/nowhere', 404, 'unknown_topic'],
    ['/api/topics/markets/__proto__', 404, 'unknown_topic'],
    ['/api/topics/sports/note:1', 404, 'unknown_topic'],
    ['/api/topics/markets/a:b:c:d', 400, 'bad_topic'],
    ['/api/topics/markets/a%20b', 400, 'bad_topic'],
    ['/api/topics/markets/a%2Fb', 400, 'bad_topic'],
    ['/api/topics/markets/a%00', 400, 'bad_topic'],
    [`/api/topics/markets/${'x'.repeat(129)}`, 400, 'bad_topic'],
    ['/api/topics/markets/%', 400, 'bad_request'],
    ['/api/topics/markets/%zz', 400, 'bad_request'],
    ['/api/topics/markets/%E0%A4%A', 400, 'bad_request'],
    ['/api', 404, 'not_found'],
    ['/api/', 404, 'not_found'],
    ['/api/nothing', 404, 'not_found'],
    ['/api/topics/markets/note:1/more', 404, 'not_found'],
  ])('refuses %.60s', async (path, status, code) => {
    const { status: answered, body } = await getRaw(path);
    expect(answered).toBe(status);
    expect(JSON.parse(body)).toEqual({ ok: false, code, message: expect.any(String) as string });
    expect(body).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('has nothing to %s', async (method) => {
    const response = await get('/api/topics/markets/note:1', method);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  it('answers HEAD like GET, without the body', async () => {
    const response = await get('/api/topics/markets/note:1', 'HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('application/json');
    expect(await response.text()).toBe('');
  });
});

describe('the page', () => {
  it.each(['/', '/markets/ACME', '/sports/a/b?c=d', '/index.html'])('is served at %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<title>The page</title>');
    expect(response.headers.get('cache-control')).toMatch(/no-cache|max-age=0/);
  });

  it('has assets that a browser may keep for good, and says so when one is missing', async () => {
    const asset = await get('/assets/main-abc.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const missing = await get('/assets/main-old.js');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'not_found' });
  });

  it.each(['/', '/assets/main-abc.js', '/api/topics/markets/nowhere', '/healthz'])(
    'sends %s with headers that keep other sites out',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("object-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets//../../secret.txt',
    '/....//secret.txt',
    '/.env',
    '/%00/secret.txt',
    '/%ff',
    'http://127.0.0.1/../secret.txt',
  ])('gives no file from outside for %s', async (path) => {
    const { status, body } = await getRaw(path);
    expect(body).not.toContain('a secret');
    expect(body).not.toMatch(/\bat .*:\d+:\d+|node_modules|bigboard-page/);
    expect(status).toBeLessThan(500);
  });

  it('refuses headers that are too many, and a request of two lengths', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => `X-${index}: y\r\n`).join('');
    expect((await getRaw('/healthz', many)).status).toBe(431);
    const twice = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n';
    expect((await getRaw('/healthz', twice)).status).toBe(400);
  });

  it('answers whatever stands in Host', async () => {
    for (const host of ['evil.example', '[', '%00', 'a'.repeat(1_000)]) {
      expect((await getRaw('/healthz', `X-Forwarded-Host: ${host}\r\n`)).status).toBe(200);
    }
  });

  it('says in JSON that there is nothing to post to', async () => {
    const response = await get('/', 'POST');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });
});

it('serves the API where no page has been built', async () => {
  await using bare = await RunningBoard.start();
  expect((await fetch(`${bare.url}/healthz`)).status).toBe(200);
  const response = await fetch(bare.url);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'not_found' });
});

it('is ready but says which feed failed', async () => {
  await using failing = await RunningBoard.start();
  failing.feed.breakDown('no more');
  failing.push('markets', { topic: 'note:1', time: 1 });
  const ready = async () => (await fetch(`${failing.url}/readyz`)).json();
  await expect.poll(ready).toEqual({ ok: true, degraded: ['feed hand: failed'] });
  failing.log.errors.length = 0;
});
