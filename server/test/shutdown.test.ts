import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { EventStream } from './support/event-stream.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { ServerProcess } from './support/server-process.ts';
import { Viewer } from './support/viewer.ts';

/** In the namespace, then deaf: it reads nothing any more and answers no close. */
async function connectDeadPeer(url: string): Promise<RawViewer> {
  const peer = await RawViewer.connect(url);
  peer.webSocket.pause();
  return peer;
}

/** A stop that takes a tenth of a second would be over before a slow machine could ask a second time. */
const SLOW_TIMERS = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const { setTimeout } = globalThis; globalThis.setTimeout = (run, ms, ...args) => setTimeout(run, ms * 100, ...args);',
  )}`,
};

/** A request whose end does not come. */
async function beginRequest(url: string, head: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(head);
  return socket;
}

it('sends its viewers away in good order on SIGTERM and is gone, whoever does not answer', async () => {
  await using server = new ServerProcess({});
  const url = await server.url();
  await using viewer = await Viewer.connect(url);
  await using raw = await RawViewer.connect(url, '/sports');
  await using _dead = await connectDeadPeer(url);
  await using stream = await EventStream.open(url, 'markets/anything');
  const slow = await beginRequest(url, 'GET /healthz HTTP/1.1\r\nHost: a\r\n');
  const details = new Promise((resolve) => viewer.socket.once('disconnect', (...args) => resolve(args)));
  await stream.event(() => true);

  const askedMs = performance.now();
  server.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - askedMs).toBeLessThan(5_000);

  const notice = await viewer.notice('draining');
  expect(notice.retryInMs).toBeGreaterThanOrEqual(0);
  expect(notice.retryInMs).toBeLessThanOrEqual(5_000);
  expect(await details).toMatchObject(['transport close', { context: { code: 1012, reason: 'draining' } }]);
  expect(await raw.closed()).toBe(1012);
  expect(raw.texts.some((text) => text.startsWith('42/sports,["notice",{"code":"draining"'))).toBe(true);
  await expect.poll(() => stream.isEnded).toBe(true);
  expect(server.stderr).toContain('"msg":"stopped"');
  slow.destroy();
});

it('stops on SIGINT too', async () => {
  await using server = new ServerProcess({});
  await server.url();
  server.kill('SIGINT');
  expect(await server.ended).toEqual({ code: 0, signal: null });
});

it.each([
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGINT'],
] as const)('ends at once when told %s and then %s', async (first, second) => {
  await using server = new ServerProcess(SLOW_TIMERS);
  await using _viewer = await Viewer.connect(await server.url());
  server.kill(first);
  await server.logged(/"msg":"stopping"/);
  server.kill(second);
  expect(await server.ended).toEqual({ code: null, signal: second });
});

it('is not ready while it drains', async () => {
  await using board = await RunningBoard.start();
  await using _viewer = await Viewer.connect(board.url);
  const late = await beginRequest(board.url, 'GET /readyz HTTP/1.1\r\nHost: a\r\n');
  const answer = readText(late);
  // The server has read the beginning of the request once it has answered another one.
  await fetch(`${board.url}/healthz`);
  const stopped = board.stop();
  late.write('Connection: close\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 503 .*\{"ok":false,"degraded":\[\]\}$/s);
  await stopped;
});

it('takes no newcomer while it drains', async () => {
  const opening = inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } });
  await using board = await RunningBoard.start({ opening });
  await using viewer = await Viewer.connect(board.url);
  const stopped = board.stop();
  await viewer.notice('draining');
  await expect(Viewer.connect(board.url)).rejects.toThrow();
  await stopped;
});
