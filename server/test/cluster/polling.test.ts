import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createIoServer } from '../../src/socket/io-server.ts';
import { Balancer } from '../support/balancer.ts';
import { inNamespace, RunningBoard } from '../support/running-board.ts';

const READERS = 12;

function startBoard(name: string): Promise<RunningBoard> {
  const opening = inNamespace('markets', { topic: 'note:A', time: 1, fields: { board: name } });
  return RunningBoard.start({ opening, environment: { TRANSPORTS: 'websocket,polling' } });
}

/** Readers that come by long-polling only, each from an address of its own. */
function connectReaders(url: string): Socket[] {
  return Array.from({ length: READERS }, (_, index) => {
    // The stock client takes an agent, which its types allow a string only.
    const agent = new Agent({ localAddress: `127.0.0.${index + 2}`, keepAlive: false }) as unknown as string;
    return io(`${url}/markets`, { transports: ['polling'], forceNew: true, reconnection: false, agent });
  });
}

async function boardOf(socket: Socket): Promise<string> {
  const { deltas } = (await socket.timeout(5_000).emitWithAck('subscribe', { topics: ['note:A'] })) as {
    readonly deltas: readonly (readonly [string, number, { readonly board: string }])[];
  };
  return deltas[0]?.[2].board ?? '';
}

it('readers by long-polling stay at their instance behind nginx, and get every frame', async () => {
  await using one = await startBoard('one');
  await using two = await startBoard('two');
  await using three = await startBoard('three');
  const boards = [one, two, three];
  await using balancer = await Balancer.start(
    boards.map(({ url }) => url),
    true,
  );
  const readers = connectReaders(balancer.url);
  try {
    const frames = readers.map((reader) => {
      const seen: number[] = [];
      reader.on('frame', ({ deltas }: { deltas: readonly (readonly [string, number, { n: number }])[] }) => {
        for (const [, , { n }] of deltas) seen.push(n);
      });
      return seen;
    });
    await vi.waitFor(() => expect(readers.every(({ connected }) => connected)).toBe(true), { timeout: 10_000 });
    const places = await Promise.all(readers.map(boardOf));
    expect(new Set(places).size).toBeGreaterThan(1);
    for (let n = 1; n <= 5; n++) {
      for (const board of boards) board.push('markets', { topic: 'note:A', time: n, fields: { n } });
      await vi.waitFor(() => expect(frames.map((seen) => seen.at(-1))).toEqual(frames.map(() => n)), {
        timeout: 10_000,
      });
    }
    expect(readers.every(({ connected }) => connected)).toBe(true);
  } finally {
    for (const reader of readers) reader.disconnect();
  }
});

it('readers who are not kept at one instance do not get in by long-polling', async () => {
  await using one = await startBoard('one');
  await using two = await startBoard('two');
  await using balancer = await Balancer.start([one.url, two.url], false);
  const readers = connectReaders(balancer.url);
  try {
    let lost = 0;
    for (const reader of readers) reader.on('connect_error', () => lost++).on('disconnect', () => lost++);
    await vi.waitFor(() => expect(lost).toBeGreaterThan(0), { timeout: 10_000 });
  } finally {
    for (const reader of readers) reader.disconnect();
  }
});

it('a board lets nobody in by long-polling unless it is told to', async () => {
  await using board = await RunningBoard.start();
  const response = await fetch(`${board.url}/socket.io/?EIO=4&transport=polling`);
  expect(response.status).toBe(400);
});

it('sessions that nobody uses cannot be opened without end', async () => {
  const clock = { ...systemClock, monotonicMs: () => 0 };
  const transports = ['websocket', 'polling'] as const;
  const server = createIoServer({ allowedOrigins: [], transports, clock, isDraining: () => false });
  const http = createServer();
  server.attach(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  try {
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=polling`;
    const statuses = await Promise.all(Array.from({ length: 120 }, () => fetch(url).then(({ status }) => status)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 403)).toHaveLength(20);
  } finally {
    await server.close();
  }
});
