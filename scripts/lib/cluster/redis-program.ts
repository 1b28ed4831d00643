import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChildProgram } from './child-program.ts';

const UP_MS = 30_000;
const ASK_AGAIN_MS = 20;

/** How a Redis has to run for a board: everything is kept, nothing is thrown away for want of memory. */
export function redisArguments(port: number, folder: string): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'],
    ...['--loglevel', 'warning'],
  ];
}

/** Resolves when it answers: it refuses while it reads its file. @throws when its program ends before */
export async function redisIsUp(port: number, program: ChildProgram): Promise<void> {
  for (const beganMs = performance.now(); performance.now() - beganMs < UP_MS; await wait(ASK_AGAIN_MS)) {
    if (program.end !== undefined) throw new Error(`${program.name} ended before it was up`);
    if ((await askRedis(port, 'PING'))?.startsWith('+PONG')) return;
  }
  throw new Error(`${program.name} does not answer after ${UP_MS / 1_000} s`);
}

/** One command and the beginning of its answer; undefined when there was none. */
export function askRedis(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const finish = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => finish(data.toString()));
    socket.once('error', () => finish(undefined));
    socket.once('timeout', () => finish(undefined));
    socket.once('close', () => finish(undefined));
  });
}
