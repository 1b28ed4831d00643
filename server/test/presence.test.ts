import { statusSchema, type ClusterStatus } from '@bigboard/shared/operations';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { EventStream } from './support/event-stream.ts';
import { fastClock } from './support/fast-clock.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const TOKEN = 'a token of sixteen characters';
const PATIENT = { timeout: 5_000 };
const opening = inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } });

it('tells viewers how many watch, each connection once however many namespaces it is in', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using viewer = await Viewer.connect(board.url);
  const told: number[] = [];
  viewer.socket.on('presence', ({ watching }) => told.push(watching));
  await expect.poll(() => told, PATIENT).toEqual([1]);
  // The second namespace of one connection, as the page has it.
  const other = viewer.socket.io.socket('/sports');
  other.connect();
  await expect.poll(() => other.connected, PATIENT).toBe(true);
  await using _stream = await EventStream.open(board.url, 'markets/thing:a');
  {
    await using _another = await Viewer.connect(board.url, 'sports');
    await expect.poll(() => told.at(-1), PATIENT).toBe(3);
  }
  await expect.poll(() => told.at(-1), PATIENT).toBe(2);
  expect(await (await fetch(`${board.url}/metrics`)).text()).toContain('\nbigboard_watching 2\n');
});

it('tells an operator each second how the instance does', async () => {
  await using board = await RunningBoard.start({ opening, environment: { OPERATOR_TOKEN: TOKEN } });
  await using viewer = await Viewer.connect(board.url);
  const { epoch, to } = await viewer.subscribe({ topics: ['thing:a'] });
  const operator = io(`${board.url}/ops`, { transports: ['websocket'], forceNew: true, auth: { token: TOKEN } });
  const statuses: ClusterStatus[] = [];
  operator.on('status', (status: ClusterStatus) => statuses.push(status));
  await expect.poll(() => statuses.length, { timeout: 5_000 }).toBeGreaterThan(0);
  board.push('markets', { topic: 'thing:a', time: 2, fields: { size: 2 } });
  await expect.poll(() => statuses.at(-1)?.instances[0]?.namespaces['markets']?.seq, { timeout: 5_000 }).toBe(to + 1);
  operator.close();
  expect(statusSchema.parse(statuses.at(-1))).toEqual(statuses.at(-1));
  expect(statuses.at(-1)?.instances).toMatchObject([
    {
      viewers: 1,
      isDraining: false,
      degraded: [],
      namespaces: { markets: { epoch, readers: 1 }, sports: { readers: 0 } },
      store: { repairs: 0, epochs: 0 },
    },
  ]);
  expect(statuses.at(-1)?.instances[0]?.namespaces['markets']?.updatesPerSecond).toBeGreaterThan(0);
  expect(Object.keys(statuses.at(-1)?.instances[0]?.leases ?? {})).toContain('feed:hand');
});
