import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { expect, it, vi } from 'vitest';
import { ChildProgram } from '../../../scripts/lib/cluster/child-program.ts';
import { freePort } from '../../../scripts/lib/cluster/free-port.ts';
import { nginxMain, nginxSite } from '../../../scripts/lib/cluster/nginx-config.ts';
import { findNginx } from '../../../scripts/lib/system-tools.mjs';
import { systemClock } from '../../src/clock.ts';
import { createIoServer } from '../../src/socket/io-server.ts';
import { inNamespace, RunningBoard } from '../support/running-board.ts';

const SHIPPED = fileURLToPath(new URL('../../../deploy/nginx.conf', import.meta.url));
const READERS = 12;

/** nginx with the shipped configuration before some boards. */
class Balancer implements AsyncDisposable {
  readonly url: string;
  readonly #program: ChildProgram;
  readonly #folder: string;

  private constructor(url: string, program: ChildProgram, folder: string) {
    this.url = url;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(boards: readonly RunningBoard[], isSticky: boolean): Promise<Balancer> {
    const folder = await mkdtemp(join(tmpdir(), 'bigboard-nginx-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const instances = boards.map(({ url }) => new URL(url).host);
    const site = nginxSite(await readFile(SHIPPED, 'utf8'), { listen, instances, isSticky });
    await writeFile(join(folder, 'site.conf'), site);
    const user = process.getuid?.() === 0 ? 'root' : undefined;
    await writeFile(join(folder, 'nginx.conf'), nginxMain(folder, join(folder, 'site.conf'), user));
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
    const program = new ChildProgram({ name: 'nginx', file: findNginx() ?? 'nginx', args });
    const balancer = new Balancer(`http://${listen}`, program, folder);
    await vi.waitFor(async () => expect((await fetch(`${balancer.url}/healthz`)).status).toBe(200), {
      timeout: 10_000,
    });
    return balancer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stop('SIGTERM', 5_000);
    await rm(this.#folder, { recursive: true });
  }
}

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
  await using balancer = await Balancer.start(boards, true);
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
  await using balancer = await Balancer.start([one, two], false);
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
