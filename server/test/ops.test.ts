import type { FeedsAck } from '@bigboard/shared/operations';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReplayFeed } from '../src/feeds/replay.ts';
import { RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const TOKEN = 'a token of sixteen characters';
const START_MS = 1_000_000;
const ANSWER_MS = 5_000;

const header = { bigboard: 1, title: 'A day', source: 'me', licence: 'CC0-1.0', origin: 'recorded' } as const;

function day(): ReplayFeed {
  const updates = Array.from({ length: 100 }, (_, second) => ({
    namespace: 'sports' as const,
    update: { topic: 'tape:day', time: START_MS + second * 1_000, fields: { second }, log: [second] },
  }));
  return new ReplayFeed({ header, updates, fingerprint: 'day' }, { name: 'day' });
}

class Operator implements AsyncDisposable {
  readonly socket: Socket;

  constructor(url: string, auth: Record<string, unknown> = { token: TOKEN }) {
    this.socket = io(`${url}/ops`, { transports: ['websocket'], forceNew: true, reconnection: false, auth });
  }

  /** @returns why it was refused */
  refused(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', () => reject(new Error('let in')));
      this.socket.once('connect_error', (error) => resolve('data' in error ? error.data : error));
    });
  }

  async ask(event: string, payload: unknown): Promise<unknown> {
    return (await this.socket.timeout(ANSWER_MS).emitWithAck(event, payload)) as unknown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
  }
}

describe('an operator', () => {
  let board: RunningBoard;
  beforeEach(async () => {
    board = await RunningBoard.start({ feeds: [day()], environment: { OPERATOR_TOKEN: TOKEN } });
  });
  afterEach(() => board[Symbol.asyncDispose]());

  it('sees what each feed can do and where it stands', async () => {
    await using operator = new Operator(board.url);
    const { ok, feeds } = (await operator.ask('feeds', {})) as FeedsAck;
    expect(ok).toBe(true);
    expect(feeds).toMatchObject([
      { feed: 'hand', actions: ['pause', 'resume', 'speed'] },
      { feed: 'day', state: 'running', speed: 1, seekable: { fromMs: START_MS, toMs: START_MS + 99_000 } },
    ]);
  });

  it('sends a feed to a moment, and viewers see it there, paused', async () => {
    await using operator = new Operator(board.url);
    await using viewer = await Viewer.connect(board.url, 'sports');
    await viewer.subscribe({ topics: ['tape:day', 'feed:day'] });
    expect(await operator.ask('control', { feed: 'day', action: 'pause' })).toEqual({ ok: true });
    await viewer.frame(({ deltas }) =>
      deltas.some(([topic, , fields]) => topic === 'feed:day' && fields !== 0 && fields['state'] === 'paused'),
    );
    const toMs = START_MS + 50_000;
    expect(await operator.ask('control', { feed: 'day', action: 'seek', toMs })).toEqual({ ok: true });
    await viewer.frame(({ deltas }) =>
      deltas.some(([topic, , fields]) => topic === 'tape:day' && fields !== 0 && fields['second'] === 50),
    );
    expect(await operator.ask('control', { feed: 'day', action: 'seek', toMs: START_MS + 2_000 })).toEqual({
      ok: true,
    });
    await viewer.frame(({ deltas }) =>
      deltas.some(
        ([topic, , , entries, full]) => topic === 'tape:day' && full === 2 && entries !== 0 && entries.length === 3,
      ),
    );
    const { feeds } = (await operator.ask('feeds', {})) as FeedsAck;
    expect(feeds[1]).toMatchObject({ state: 'paused', positionMs: START_MS + 2_000 });
  });

  it.each([
    ['a feed that is not there', { feed: 'nobody', action: 'pause' }, 'not_found'],
    ['an unknown action', { feed: 'day', action: 'stop' }, 'bad_request'],
    ['an action with too little', { feed: 'day', action: 'seek' }, 'bad_request'],
    ['an action with too much', { feed: 'day', action: 'pause', toMs: 5 }, 'bad_request'],
    ['a moment outside of it', { feed: 'day', action: 'seek', toMs: 5 }, 'bad_request'],
    ['a seek in what cannot seek', { feed: 'hand', action: 'seek', toMs: 5 }, 'bad_request'],
    ['a speed below nothing', { feed: 'day', action: 'speed', speed: -1 }, 'bad_request'],
    ['nothing at all', undefined, 'bad_request'],
  ])('is refused %s', async (_what, request, code) => {
    await using operator = new Operator(board.url);
    expect(await operator.ask('control', request)).toMatchObject({ ok: false, code });
  });

  it('is held to the rate of a viewer', async () => {
    await using operator = new Operator(board.url);
    const answers = await Promise.all(Array.from({ length: 60 }, () => operator.ask('feeds', {})));
    expect(answers.filter((answer) => (answer as FeedsAck).ok).length).toBeLessThan(60);
    expect(answers).toContainEqual(expect.objectContaining({ ok: false, code: 'rate_limited' }));
  });

  it.each([
    ['no token', {}],
    ['another token', { token: 'another token of some length' }],
    ['a token that is no text', { token: { $ne: '' } }],
    ['a token without end', { token: 'x'.repeat(10_000) }],
  ])('is nobody who has %s', async (_what, auth) => {
    await using operator = new Operator(board.url, auth);
    expect(await operator.refused()).toMatchObject({ ok: false, code: 'unauthorized' });
  });
});

it('is nobody where the server has no operator token', async () => {
  await using board = await RunningBoard.start();
  await using operator = new Operator(board.url, { token: '' });
  expect(await operator.refused()).toMatchObject({ ok: false, code: 'unauthorized' });
});
