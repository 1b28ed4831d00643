import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawViewer } from './support/raw-viewer.ts';
import { RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

let board: RunningBoard;
beforeAll(async () => {
  board = await RunningBoard.start({ environment: { ALLOWED_ORIGINS: 'https://board.example,http://localhost:9' } });
});
afterAll(() => board[Symbol.asyncDispose]());

it.each([
  ['another site', () => 'https://evil.example'],
  ['a page without an origin of its own', () => 'null'],
  ['a name that begins like ours', () => `http://127.0.0.1.evil.example:${board.port}`],
  ['ours as a part of a port', () => `${board.url}.evil.example`],
  ['another port of this machine', () => `http://127.0.0.1:${board.port + 1}`],
  ['a name that begins like an allowed one', () => 'https://board.example.evil.example'],
  ['a name that ends like an allowed one', () => 'https://evil-board.example'],
  ['an allowed name over plain HTTP', () => 'http://board.example'],
  ['an allowed name on another port', () => 'https://board.example:444'],
  ['ours behind a user name', () => `http://127.0.0.1@evil.example:${board.port}`],
  ['something that is no address', () => 'board'],
])('keeps out %s', async (_what, origin) => {
  await expect(RawViewer.open(board.url, { origin: origin() })).rejects.toThrow('Unexpected server response: 400');
  await expect(Viewer.connect(board.url, 'markets', { origin: origin() })).rejects.toThrow();
});

it.each([
  ['its own page', () => board.url],
  ['an allowed site', () => 'https://board.example'],
  ['the other allowed site', () => 'http://localhost:9'],
  ['a program, which names no origin', () => undefined],
])('lets in %s', async (_what, origin) => {
  const named = origin();
  await using viewer = await RawViewer.open(board.url, named === undefined ? {} : { origin: named });
  expect(await viewer.text((text) => text.startsWith('0{'))).toContain('"maxPayload":327680');
});

it.each([
  ['long-polling', '?EIO=4&transport=polling'],
  ['the protocol before', '?EIO=3&transport=polling'],
  ['no protocol', ''],
  ['an unknown transport', '?EIO=4&transport=carrier-pigeon'],
  ['a session nobody opened', '?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA'],
])('refuses %s over plain HTTP', async (_what, query) => {
  const response = await fetch(`${board.url}/socket.io/${query}`);
  expect(response.status).toBe(400);
});

it.each([
  ['a session nobody opened', 'EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAAAAAA'],
  ['an unknown transport', 'EIO=4&transport=carrier-pigeon'],
])('refuses a WebSocket with %s', async (_what, query) => {
  await expect(RawViewer.open(board.url, { query })).rejects.toThrow('Unexpected server response: 400');
});

it('cuts a WebSocket that speaks the protocol before', async () => {
  await using viewer = await RawViewer.open(board.url, { query: 'EIO=3&transport=websocket' });
  await viewer.closed();
  expect(viewer.texts).toEqual([]);
});

it('closes a connection that enters no namespace within 5 s', async () => {
  await using silent = await RawViewer.open(board.url);
  await silent.closed(8_000);
});

it('does not hand out the client library', async () => {
  expect((await fetch(`${board.url}/socket.io/socket.io.js`)).status).toBe(400);
});

it('refuses to upgrade to anything else than WebSocket', async () => {
  const status = await new Promise<number | string>((resolve) => {
    const upgrade = request(`${board.url}/elsewhere`, { headers: { connection: 'upgrade', upgrade: 'websocket' } });
    upgrade.on('response', (response) => resolve(response.statusCode ?? 0));
    upgrade.on('upgrade', () => resolve('upgraded'));
    upgrade.on('error', () => resolve('cut'));
    upgrade.end();
  });
  expect(status).not.toBe('upgraded');
});

it('lets no peer that upgrades at another path, and keeps its half of the connection open, hold up the stop', async () => {
  const other = await RunningBoard.start();
  const { hostname, port } = new URL(other.url);
  const peer = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  peer.write(`GET /elsewhere HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await new Promise<void>((cut) => {
    peer.once('end', cut);
    peer.once('error', () => cut());
    peer.resume();
  });
  await other[Symbol.asyncDispose]();
  peer.destroy();
});
