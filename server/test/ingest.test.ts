import type { Refusal } from '@bigboard/shared/errors';
import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpPusher, SocketPusher, type Pusher } from './support/pushing.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { RunningBoard } from './support/running-board.ts';
import { TokenList } from './support/token-list.ts';
import { Viewer } from './support/viewer.ts';

let tokens: TokenList;
let board: RunningBoard;
let token: string;
beforeAll(async () => {
  tokens = await TokenList.create();
  token = await tokens.add('lab', ['markets/*', 'sports/match:*'], { title: 'The lab' });
  const environment = { PRODUCER_TOKENS: tokens.file, OWN_KINDS: 'sensor,build' };
  board = await RunningBoard.start({ environment });
});
afterAll(async () => {
  await board[Symbol.asyncDispose]();
  await tokens[Symbol.asyncDispose]();
});

/** The newest values of each topic pushed. */
const fieldsOf = async (topic: string) => (await board.snapshot('markets', topic)).fields;
const row = (topic: string, value: unknown, id?: number) => ({ id, topic, time: 1_000, fields: { value } });

describe.each([
  ['over HTTP', async (): Promise<Pusher> => new HttpPusher(board.url, token)],
  ['by socket', (): Promise<Pusher> => SocketPusher.connect(board.url, token)],
])('whoever pushes %s', (way, open) => {
  const of = (name: string) => `${name}-${way.slice(0, 2)}`;

  it('sees a row reach a viewer', async () => {
    await using pusher = await open();
    await using viewer = await Viewer.connect(board.url);
    const topic = `sensor:${of('viewed')}`;
    expect(await pusher.push({ namespace: 'markets', updates: [row(topic, 1)] })).toEqual({
      ok: true,
      accepted: 1,
      duplicates: 0,
      rejected: [],
    });
    await viewer.subscribe({ topics: [topic, 'feed:lab'] });
    await pusher.push({ namespace: 'markets', updates: [row(topic, 2)] });
    await viewer.frame(({ deltas }) =>
      deltas.some(([name, , fields]) => name === topic && fields !== 0 && fields['value'] === 2),
    );
    const beat = await viewer.beat(({ feeds }) => 'lab' in feeds);
    expect(beat.feeds['lab']?.state).toBe('running');
    expect(await fieldsOf('feed:lab')).toMatchObject({ title: 'The lab', state: 'running', source: 'live', speed: 1 });
  });

  it('is told of each bad row, and has the good ones kept', async () => {
    await using pusher = await open();
    const topic = `sensor:${of('mixed')}`;
    const updates = [
      row(topic, 1, 1),
      row('watch', 1, 2),
      row('foo:1', 1, 3),
      { id: 4, topic: 'quote:ACME', time: 1, fields: { last: 'dear' } },
      { id: 5, topic, time: 1, log: ['x'.repeat(5_000)] },
      { topic, time: 1, fields: { lost: true } },
      row(topic, 2, 7),
    ];
    const answer = await pusher.push({ namespace: 'markets', producer: of('mixed'), updates });
    expect(answer).toMatchObject({
      ok: true,
      accepted: 2,
      duplicates: 0,
      lastId: 7,
      rejected: [
        { index: 1, id: 2, code: 'forbidden' },
        {
          index: 2,
          id: 3,
          code: 'unknown_kind',
          message: 'markets has no kind foo: start the server with OWN_KINDS=foo',
        },
        { index: 3, id: 4, code: 'bad_request' },
        { index: 4, id: 5, code: 'too_large' },
        { index: 5, id: 6, code: 'bad_request' },
      ],
    });
    expect(await fieldsOf(topic)).toEqual({ value: 2 });
    // The same again stores nothing, and tells of the bad ones again.
    expect(await pusher.push({ namespace: 'markets', producer: of('mixed'), updates })).toEqual({
      ...answer,
      accepted: 0,
      duplicates: 2,
    });
  });

  it('goes on from what is stored', async () => {
    await using pusher = await open();
    const producer = of('ids');
    const topic = `sensor:${producer}`;
    const push = (...updates: readonly unknown[]) => pusher.push({ namespace: 'markets', producer, updates });
    expect(await push()).toMatchObject({ ok: true, accepted: 0, lastId: 0 });
    expect(await push(row(topic, 1, 1), row(topic, 2, 2))).toMatchObject({ accepted: 2, lastId: 2 });
    expect(await push(row(topic, 4, 4))).toMatchObject({ ok: false, code: 'out_of_order', lastId: 2 });
    expect(await push(row(topic, 3, 3), row(topic, 5, 5))).toMatchObject({ ok: false, code: 'bad_request' });
    expect(await push(row(topic, 'again', 2), row(topic, 3, 3))).toMatchObject({
      accepted: 1,
      duplicates: 1,
      lastId: 3,
    });
    expect(await push()).toMatchObject({ ok: true, lastId: 3 });
    expect(await fieldsOf(topic)).toEqual({ value: 3 });
  });

  it('may not count without a name', async () => {
    await using pusher = await open();
    const topic = `sensor:${of('nameless')}`;
    const answer = await pusher.push({ namespace: 'markets', updates: [row(topic, 1, 1), row(topic, 2)] });
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'bad_request' }] });
    expect(answer).not.toHaveProperty('lastId');
  });

  it('is refused whole for what concerns the batch', async () => {
    await using pusher = await open();
    const code = async (batch: Parameters<Pusher['push']>[0]) => ((await pusher.push(batch)) as Refusal).code;
    const updates = [row('sensor:whole', 1)];
    expect(await code({ namespace: 'nowhere', updates })).toBe('unknown_namespace');
    expect(await code({ namespace: 'markets', producer: 'a b', updates })).toBe('bad_request');
    expect(await code({ namespace: 'markets', updates: Array.from({ length: 1_001 }, () => updates[0]) })).toBe(
      'too_large',
    );
    const large = row('sensor:whole', 'x'.repeat(262_200));
    expect(await code({ namespace: 'markets', updates: [large] })).toBe('too_large');
    expect((await fetch(`${board.url}/api/topics/markets/sensor:whole`)).status).toBe(404);
  });

  it('may fill a batch to its last byte', async () => {
    await using pusher = await open();
    const producer = of(`full-${'p'.repeat(50)}`);
    const push = (bytes: number) => {
      const batch = (text: string) => [row('sensor:full', 'é', 1), row('sensor:full', text, 2)];
      const around = Buffer.byteLength(
        batch('')
          .map((each) => JSON.stringify(each))
          .join('\n'),
      );
      return pusher.push({ namespace: 'markets', producer, updates: batch('x'.repeat(bytes - around)) });
    };
    expect(await push(262_145)).toMatchObject({ ok: false, code: 'too_large' });
    expect(await push(262_144)).toMatchObject({ ok: true, accepted: 2 });
  });

  it('may write what its token is for', async () => {
    await using pusher = await open();
    const updates = [{ topic: 'table:x', time: 1, fields: { title: 'X' } }];
    expect(await pusher.push({ namespace: 'sports', updates })).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, code: 'forbidden' }],
    });
  });
});

it('keeps two connections of one producer from doubling or mixing what they send', async () => {
  await using first = await SocketPusher.connect(board.url, token);
  await using second = await SocketPusher.connect(board.url, token);
  const http = new HttpPusher(board.url, token);
  const updates = Array.from({ length: 300 }, (_, index) => ({
    id: index + 1,
    topic: 'trades:TWICE',
    time: index,
    log: [{ price: 1, size: index + 1, side: 'buy' }],
  }));
  const slices = Array.from({ length: 30 }, (_, n) => updates.slice(n * 10, n * 10 + 10));
  let accepted = 0;
  for (const slice of slices) {
    const batch = { namespace: 'markets', producer: 'twice', updates: slice };
    const answers = await Promise.all([first, second, http].map((pusher) => pusher.push(batch)));
    for (const answer of answers) accepted += answer.ok ? answer.accepted : NaN;
  }
  expect(accepted).toBe(300);
  const { log } = await board.snapshot('markets', 'trades:TWICE');
  expect(log.map(({ n, time }) => [n, time])).toEqual(Array.from({ length: 100 }, (_, k) => [201 + k, 200 + k]));
});

it('refuses a connection that shows no good token, and says why', async () => {
  for (const bad of [undefined, '', 7, 'bb_nothing', { a: 1 }]) {
    await expect(SocketPusher.connect(board.url, bad)).rejects.toMatchObject({
      data: { ok: false, code: 'unauthorized' },
    });
  }
});

it('ends for open connections when the token is revoked or expires', async () => {
  const expiring = await tokens.add('expiring', ['markets/*'], { expiresAtMs: Date.now() + 3_000 });
  const revoked = await tokens.add('revoked', ['markets/*']);
  const push = (pusher: Pusher) => pusher.push({ namespace: 'markets', updates: [row('sensor:ends', 1)] });
  await expect.poll(() => push(new HttpPusher(board.url, revoked))).toMatchObject({ ok: true });
  await using one = await SocketPusher.connect(board.url, expiring);
  await using other = await SocketPusher.connect(board.url, revoked);
  const life = (pusher: SocketPusher) => {
    const told: unknown[] = [];
    const { socket } = pusher as unknown as { socket: Socket };
    socket.on('notice', (notice) => told.push(notice));
    socket.on('disconnect', (reason) => told.push(reason));
    return told;
  };
  const [ofOne, ofOther] = [life(one), life(other)];
  expect(await push(one)).toMatchObject({ ok: true });
  expect(await push(other)).toMatchObject({ ok: true });
  await tokens.revoke('revoked');
  await expect
    .poll(() => ofOther, { timeout: 5_000 })
    .toEqual([expect.objectContaining({ code: 'unauthorized' }), 'io server disconnect']);
  await expect
    .poll(() => ofOne, { timeout: 8_000 })
    .toEqual([{ code: 'expired', message: 'the token expiring has expired' }, 'io server disconnect']);
  await expect(SocketPusher.connect(board.url, expiring)).rejects.toMatchObject({ data: { code: 'expired' } });
  expect(await push(new HttpPusher(board.url, expiring))).toMatchObject({ ok: false, code: 'expired' });
});

it('says a minute before that a token will expire', async () => {
  const brief = await tokens.add('brief', ['markets/*'], { expiresAtMs: Date.now() + 50_000 });
  await expect
    .poll(() => new HttpPusher(board.url, brief).push({ namespace: 'markets', updates: [] }))
    .toMatchObject({ ok: true });
  await using raw = await RawViewer.open(board.url);
  raw.send(`40/ingest,${JSON.stringify({ token: brief })}`);
  const notice = await raw.text((text) => text.startsWith('42/ingest,["notice"'));
  expect(notice).toMatch(/"code":"expired","message":"the token brief expires in \d\d s","retryInMs":\d{5}\}/);
});

it('lets no token speak for a feed of the server', async () => {
  const secret = await tokens.add('hand', ['markets/*']);
  const push = () => new HttpPusher(board.url, secret).push({ namespace: 'markets', updates: [row('sensor:h', 1)] });
  await expect.poll(push).toMatchObject({ ok: false, code: 'forbidden' });
});
