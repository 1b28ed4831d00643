import { once } from 'node:events';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';
import { HttpPusher, SocketPusher } from './support/pushing.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { RunningBoard } from './support/running-board.ts';
import { TokenList } from './support/token-list.ts';
import { Viewer } from './support/viewer.ts';

let tokens: TokenList;
let board: RunningBoard;
let token: string;
beforeAll(async () => {
  tokens = await TokenList.create();
  token = await tokens.add('lab', ['markets/*']);
  const environment = { PRODUCER_TOKENS: tokens.file, OWN_KINDS: 'sensor' };
  board = await RunningBoard.start({ environment });
});
afterAll(async () => {
  await board[Symbol.asyncDispose]();
  await tokens[Symbol.asyncDispose]();
});

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const row = (inner: string) => `{"topic":"sensor:a","time":1,${inner}}`;
const topicStatus = async (topic: string) => (await fetch(`${board.url}/api/topics/markets/${topic}`)).status;

/** A connection that is in `/ingest`, for packets no client would make. */
async function openRaw(secret = token): Promise<RawViewer> {
  const raw = await RawViewer.open(board.url);
  raw.send(`40/ingest,${JSON.stringify({ token: secret })}`);
  await raw.text((text) => text.startsWith('40/ingest,'));
  return raw;
}
const publish = (id: number, rows: readonly string[], more = '') =>
  `42/ingest,${id}["publish",{"namespace":"markets"${more},"updates":[${rows.join(',')}]}]`;
const ackOf = async (raw: RawViewer, id: number) => {
  const opening = `43/ingest,${id}`;
  return (JSON.parse((await raw.text((text) => text.startsWith(opening))).slice(opening.length)) as unknown[])[0];
};

describe('by socket', () => {
  it.each([
    ['5,000 levels', row(`"fields":{"a":${deep(5_000)}}`)],
    ['100,000 levels', row(`"log":[${deep(100_000)}]`)],
    ['100,000 levels where none belong', row(`"time":${deep(100_000)}`)],
    ['1e400', row('"fields":{"a":1e400}')],
    ['a field __proto__', row('"fields":{"__proto__":{"polluted":1}}')],
    ['a key __proto__', row('"__proto__":{"polluted":1}')],
    ['a lone surrogate', row('"fields":{"a":"\\ud83d"}')],
    ['20,000 keys', `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
    ['a list of rows', `[${row('"reset":true')}]`],
  ])('rejects a row with %s and takes the next', async (_what, bad) => {
    await using raw = await openRaw();
    raw.send(publish(7, [bad, row('"fields":{"b":1}')]));
    expect(await ackOf(raw, 7)).toMatchObject({ ok: true, accepted: 1, rejected: [{ index: 0 }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes of a duplicate key the last, as JSON does', async () => {
    await using raw = await openRaw();
    raw.send(publish(1, ['{"topic":"sensor:twice","time":1,"fields":{"a":1,"a":2}}']));
    expect(await ackOf(raw, 1)).toMatchObject({ accepted: 1 });
    expect((await board.snapshot('markets', 'sensor:twice')).fields).toEqual({ a: 2 });
  });

  it('reads a large packet from a producer only', async () => {
    const large = publish(1, [row(`"fields":{"a":"${'x'.repeat(200_000)}"}`)]);
    await using producer = await openRaw();
    producer.send(large);
    expect(await ackOf(producer, 1)).toMatchObject({ accepted: 1 });
    await using viewer = await RawViewer.connect(board.url);
    viewer.send(large);
    expect(await viewer.closed()).toBe(1009);
    await using other = await openRaw();
    other.send('40/markets,');
    await other.text((text) => text.startsWith('40/markets,'));
    other.send(`42/markets,1["subscribe",{"topics":["${'x'.repeat(20_000)}"]}]`);
    expect(await other.closed()).toBe(1009);
  });

  it('closes over a packet of more than 320 KiB, and refuses a batch of more than 256 KiB', async () => {
    await using raw = await openRaw();
    raw.send(publish(1, [row(`"fields":{"a":"${'x'.repeat(262_100)}"}`)]));
    expect(await ackOf(raw, 1)).toMatchObject({ ok: false, code: 'too_large' });
    raw.send(publish(2, [row(`"fields":{"a":"${'x'.repeat(330_000)}"}`)]));
    expect(await raw.closed()).toBe(1009);
  });

  it('reads large packets no more once the token is revoked', async () => {
    const brief = await tokens.add('brief', ['markets/*']);
    const refusal = async () => (await new HttpPusher(board.url, brief).post('markets', undefined, '')).status;
    await expect.poll(refusal).toBe(200);
    await using raw = await openRaw(brief);
    await tokens.revoke('brief');
    await expect.poll(refusal).toBe(401);
    raw.send(publish(1, [row(`"fields":{"a":"${'x'.repeat(20_000)}"}`)]));
    expect(await raw.closed()).toBe(1009);
  });

  it('refuses more than the rate, and closes over more than twice the rate', async () => {
    const hasty = await tokens.add('hasty', ['markets/*']);
    await expect
      .poll(() => SocketPusher.connect(board.url, hasty).then((pusher) => pusher.socket.close()))
      .toBeDefined();
    await using raw = await openRaw(hasty);
    raw.send(...Array.from({ length: 300 }, (_, n) => publish(n, [])));
    expect(await ackOf(raw, 299)).toMatchObject({ code: 'rate_limited', retryInMs: expect.any(Number) as number });
    raw.send(...Array.from({ length: 600 }, (_, n) => publish(n, [])));
    expect(await raw.closed()).toBe(4429);
  });

  it('answers what it does not know, and what has no ack', async () => {
    await using pusher = await SocketPusher.connect(board.url, token);
    expect(await pusher.ask('subscribe', { topics: [] })).toMatchObject({ ok: false, code: 'unknown_event' });
    for (const payload of [undefined, null, 5, [], {}, { namespace: 'markets' }, { namespace: 5, updates: [] }]) {
      expect(await pusher.ask('publish', payload)).toMatchObject({ ok: false, code: 'bad_request' });
    }
    expect(await pusher.ask('publish', { namespace: 'markets', updates: [], more: 1 })).toMatchObject({
      code: 'bad_request',
    });
    await using raw = await openRaw();
    raw.send('42/ingest,["publish",{"namespace":"markets","updates":[]}]');
    await raw.text((text) => text.startsWith('42/ingest,["notice",{"code":"bad_request"'));
    // The size told with a packet is that packet's: the next one is judged by its own.
    raw.send(publish(1, [row('"reset":true')]));
    expect(await ackOf(raw, 1)).toMatchObject({ accepted: 1 });
  });

  it('serves one connection as a producer and as a viewer', async () => {
    await using raw = await openRaw();
    raw.send('40/markets,');
    await raw.text((text) => text.startsWith('40/markets,'));
    raw.send(publish(1, [row('"reset":true')]));
    expect(await ackOf(raw, 1)).toMatchObject({ accepted: 1 });
  });
});

describe('over HTTP', () => {
  const pusher = () => new HttpPusher(board.url, token);

  it.each([
    ['no token', {}, 401, 'unauthorized'],
    ['a token that is none', { Authorization: 'Bearer bb_x' }, 401, 'unauthorized'],
    ['another scheme', { Authorization: 'Basic bGFiOmxhYg==' }, 401, 'unauthorized'],
    ['a token of 7,000 letters', { Authorization: `Bearer ${'x'.repeat(7_000)}` }, 401, 'unauthorized'],
  ])('answers %s with 401 and the scheme that would do', async (_what, headers, status, code) => {
    const response = await fetch(`${board.url}/api/updates?namespace=markets`, { method: 'POST', headers, body: 'x' });
    expect(response.status).toBe(status);
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ ok: false, code });
  });

  it('takes any Content-Type, and none that is packed', async () => {
    for (const type of ['application/json', 'text/plain; charset=utf-16', 'image/png', 'nonsense']) {
      const response = await pusher().post('markets', undefined, row('"reset":true'), { 'Content-Type': type });
      expect(await response.json()).toMatchObject({ accepted: 1 });
    }
    const packed = await pusher().post('markets', undefined, 'x', { 'Content-Encoding': 'gzip' });
    expect(packed.status).toBe(415);
    expect(await packed.json()).toMatchObject({ code: 'unsupported_encoding' });
  });

  it('answers a body over 256 KiB with 413 and a gap with 409', async () => {
    const response = await pusher().post('markets', undefined, 'x'.repeat(262_145));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'too_large' });
    const gap = await pusher().post('markets', 'gap', '{"id":5}');
    expect(gap.status).toBe(409);
    expect(await gap.json()).toMatchObject({ code: 'out_of_order', lastId: 0 });
  });

  it('refuses what is not a namespace or a producer', async () => {
    expect((await pusher().post('nowhere', undefined, '')).status).toBe(404);
    expect((await pusher().post('markets&namespace=sports', undefined, '')).status).toBe(404);
    expect((await pusher().post('markets', 'a:b', '')).status).toBe(400);
    expect((await fetch(`${board.url}/api/updates`)).status).toBe(404);
  });

  it('says with 429 when to come again', async () => {
    // Time stands still, so that nothing more is allowed meanwhile, however slow the requests are.
    const environment = { PRODUCER_TOKENS: tokens.file };
    await using still = await RunningBoard.start({ environment, clock: new ManualClock() });
    const post = () => new HttpPusher(still.url, token).post('markets', undefined, '');
    const answers = await Promise.all(Array.from({ length: 210 }, post));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status, headers }) => [status, headers.get('Retry-After')])).toEqual(
      Array.from({ length: 10 }, () => [429, '1']),
    );
  });

  it.each([
    ['a body that is cut off', 'Content-Length: 500', (body: string) => body],
    [
      'a chunked body that is cut off',
      'Transfer-Encoding: chunked',
      (body: string) => `${body.length.toString(16)}\r\n${body}\r\n`,
    ],
  ])('stores nothing of %s', async (_what, header, wrap) => {
    const socket = connect(board.port, '127.0.0.1');
    const topic = `sensor:cut-${header.length}`;
    const body = `{"topic":"${topic}","time":1,"fields":{"a":1}}\n`;
    socket.write(
      `POST /api/updates?namespace=markets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${header}\r\n\r\n`,
    );
    socket.end(wrap(body));
    socket.resume();
    await once(socket, 'close');
    expect(await topicStatus(topic)).toBe(404);
    // What was set aside for it is free again, and the door goes on.
    expect(await (await pusher().post('markets', undefined, body)).json()).toMatchObject({ accepted: 1 });
    expect(await topicStatus(topic)).toBe(200);
  });

  it('cuts off a body that comes a byte at a time', async () => {
    const socket = connect(board.port, '127.0.0.1');
    socket.write(
      `POST /api/updates?namespace=markets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 900\r\n\r\n{`,
    );
    const answer = await readText(socket);
    expect(answer === '' || answer.startsWith('HTTP/1.1 408')).toBe(true);
  });

  it('has room for what waits, and no more, of one token a quarter', async () => {
    const names = ['slow-1', 'slow-2', 'slow-3', 'slow-4'];
    const slow: string[] = [];
    for (const name of names) slow.push(await tokens.add(name, ['markets/*']));
    const answer = async (secret: string) => {
      const response = await new HttpPusher(board.url, secret).post('markets', undefined, row('"reset":true'));
      return [response.status, Number(response.headers.get('Retry-After')) >= 1];
    };
    const uploads = (secret: string) =>
      Array.from({ length: 16 }, () => {
        const socket = connect(board.port, '127.0.0.1');
        // It tells no length: as much is set aside for it as a batch may have.
        socket.write(
          `POST /api/updates?namespace=markets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n`,
        );
        return socket;
      });
    const [first = '', ...others] = slow;
    for (const secret of slow) await expect.poll(() => answer(secret)).toEqual([200, false]);
    const waiting = uploads(first);
    await expect.poll(() => answer(first)).toEqual([429, true]);
    expect(await answer(token)).toEqual([200, false]);
    waiting.push(...others.flatMap(uploads));
    await expect.poll(() => answer(token)).toEqual([503, true]);
    for (const socket of waiting) socket.destroy();
    for (const secret of [first, token]) await expect.poll(() => answer(secret)).toEqual([200, false]);
  });
});

it('shows pushed data as a feed that runs', async () => {
  await using viewer = await Viewer.connect(board.url);
  await new HttpPusher(board.url, token).push({ namespace: 'markets', producer: 'alive', updates: [] });
  const { feeds } = await viewer.beat((beat) => beat.feeds['lab'] !== undefined);
  expect(feeds['lab']).toMatchObject({ state: 'running' });
});
