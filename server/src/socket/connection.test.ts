import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { Decoder } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../clock.ts';
import { Connection } from './connection.ts';
import { Turns } from './turns.ts';

const PAYLOADS: readonly unknown[] = [
  {},
  { from: 1, to: 2, at: 3, deltas: [['quote:ACME', 5, { last: 1.5, gone: null }, [[1, 5, 'x']], 2]] },
  { text: 'é “quoted” \\ \n \u2028 \ud83d\ude00 </script>', ['__proto__']: { a: 1 } },
  { deep: [[[[[{ a: [] }]]]]], numbers: [0, -0.5, 1e21, 5e-324, 9_007_199_254_740_991] },
  { _placeholder: true, num: 0 },
];

/** Socket.IO alone, with nothing of ours but the Connection, and a bare WebSocket that hears the texts as they are. */
async function openPair() {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  const clock = systemClock;
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const arrived = new Promise<{ socket: Socket; connection: Connection }>((resolve) => {
    server.of('/markets').on('connection', (socket) => {
      resolve({ socket, connection: new Connection(socket.conn, clock, new Turns(clock)) });
    });
  });

  return { address, arrived, [Symbol.asyncDispose]: () => server.close() };
}

it('writes the very text that Socket.IO would have written', async () => {
  await using pair = await openPair();
  const texts: string[] = [];
  const webSocket = new WebSocket(`ws://${pair.address}/socket.io/?EIO=4&transport=websocket`);
  webSocket.on('message', (data: Buffer) => texts.push(data.toString()));
  await once(webSocket, 'open');
  webSocket.send('40/markets,');
  const { socket, connection } = await pair.arrived;
  for (const payload of PAYLOADS) {
    socket.emit('frame', payload);
    connection.writeEvent('/markets', 'frame', JSON.stringify(payload));
  }
  await expect.poll(() => texts.filter((text) => text.startsWith('42')).length).toBe(2 * PAYLOADS.length);
  const events = texts.filter((text) => text.startsWith('42'));
  for (let index = 0; index < events.length; index += 2) expect(events[index + 1]).toBe(events[index]);

  const decoded: unknown[] = [];
  const decoder = new Decoder();
  decoder.on('decoded', (packet) => decoded.push(packet));
  // The first digit is Engine.IO's "message"; the rest is Socket.IO's.
  for (const text of events) decoder.add(text.slice(1));
  expect(decoded).toEqual(
    PAYLOADS.flatMap((payload) => {
      const data = ['frame', JSON.parse(JSON.stringify(payload))];
      return [
        { type: 2, nsp: '/markets', data },
        { type: 2, nsp: '/markets', data },
      ];
    }),
  );
  webSocket.terminate();
});

it('is heard by a stock client like every other event', async () => {
  await using pair = await openPair();
  const client = io(`http://${pair.address}/markets`, { transports: ['websocket'], forceNew: true });
  const heard: unknown[] = [];
  client.on('frame', (...args: unknown[]) => heard.push(args));
  const { connection } = await pair.arrived;
  for (const payload of PAYLOADS) connection.writeEvent('/markets', 'frame', JSON.stringify(payload));
  await expect.poll(() => heard).toEqual(PAYLOADS.map((payload) => [JSON.parse(JSON.stringify(payload))]));
  client.close();
});

it('is not behind in the turn in which it has just been written to', async () => {
  await using pair = await openPair();
  const client = io(`http://${pair.address}/markets`, { transports: ['websocket'], forceNew: true });
  const { connection } = await pair.arrived;
  await once(client as unknown as NodeJS.EventEmitter, 'connect');
  expect(connection.isBehind()).toBe(false);
  connection.writeEvent('/markets', 'frame', '{}');
  expect(connection.isBehind()).toBe(false);
  await expect.poll(() => connection.isBehind()).toBe(false);
  client.close();
  await expect.poll(() => connection.isBehind()).toBe(true);
});
