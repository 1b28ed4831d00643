import type { Frame } from '@bigboard/shared/messages';
import { expect, it } from 'vitest';
import { fastClock } from './support/fast-clock.ts';
import { RawViewer } from './support/raw-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

const KB = 1_024;
const opening = inNamespace('markets', { topic: 'tape:a', time: 0, fields: { bulk: '' }, log: ['0'] });
const subscribe = '42/markets,1["subscribe",{"topics":["tape:a"]}]';

async function connectReader(board: RunningBoard): Promise<RawViewer> {
  const reader = await RawViewer.connect(board.url);
  reader.send(subscribe);
  await reader.text((text) => text.startsWith('43/markets,1'));
  return reader;
}

/** Each round is seen by the bystander before the next, so that none is conflated on the way in. */
async function push(board: RunningBoard, bystander: Viewer, from: number, to: number, bytes: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    const fields = { bulk: String(n).padEnd(bytes) };
    board.push('markets', { topic: 'tape:a', time: n, fields, ...(n % 5 === 0 ? { log: [n] } : {}) });
    await bystander.frame(({ deltas }) => deltas[0]?.[1] === n);
  }
}

it('is skipped, costs no memory, delays nobody, and gets one delta when it reads on', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using stuck = await connectReader(board);
  stuck.webSocket.pause();
  const rounds = 100;
  await push(board, bystander, 1, rounds, 250 * KB);
  expect(bystander.frames).toHaveLength(rounds);

  stuck.webSocket.resume();
  await stuck.text((text) => text.startsWith(`42/markets,["frame"`) && text.includes(`["tape:a",${rounds},`));
  const frames = stuck.events('frame') as Frame[];
  // 25 MB went by; what it got is what the system's own buffers held when it stopped, and one frame over the rest.
  const bytes = stuck.texts.reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan((rounds * 250 * KB) / 2);
  const skipped = frames.map(({ from, to }) => to - from);
  expect(Math.max(...skipped)).toBeGreaterThan(rounds / 2);
  expect(frames.every(({ from }, index) => index === 0 || from <= (frames[index - 1]?.to ?? 0))).toBe(true);
  const entries = frames.flatMap(({ deltas }) => deltas.flatMap(([, , , list]) => (list === 0 ? [] : list)));
  // Spans may overlap; what is known by its number is no news.
  const news = new Set(entries.map(([n]) => n));
  expect([...news]).toEqual(Array.from({ length: rounds / 5 }, (_, index) => index + 2));
});

it('gets no beats while it is behind, so that they do not pile up', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using stuck = await connectReader(board);
  stuck.webSocket.pause();
  await push(board, bystander, 1, 20, 500 * KB);
  const before = bystander.beats.length;
  await expect.poll(() => bystander.beats.length, { timeout: 5_000 }).toBeGreaterThan(before + 10);
  stuck.webSocket.resume();
  await stuck.text((text) => text.includes('["tape:a",20,'));
  expect(stuck.events('beat').length).toBeLessThan(bystander.beats.length - 8);
});

it('is closed with 4408 when it has taken nothing for 30 s', async () => {
  const clock = fastClock(30);
  await using board = await RunningBoard.start({ opening, clock });
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await using stuck = await connectReader(board);
  stuck.webSocket.pause();
  const stuckSinceMs = clock.monotonicMs();
  await push(board, bystander, 1, 20, 500 * KB);
  const readers = async () => (await fetch(`${board.url}/metrics`)).text();
  await expect.poll(readers, { timeout: 10_000 }).toContain('bigboard_readers{namespace="markets"} 1');
  expect(clock.monotonicMs() - stuckSinceMs).toBeGreaterThan(30_000);
  stuck.webSocket.resume();
  // The close waits behind what the peer had not taken; most often the connection is cut before it is read.
  expect([4408, 1006]).toContain(await stuck.closed());
  expect(bystander.socket.connected).toBe(true);
});

it('is held to its own answers: a viewer that once said what it has seen and stops is passed over', async () => {
  await using board = await RunningBoard.start({ opening, clock: fastClock(10) });
  await using viewer = await Viewer.connect(board.url);
  const { epoch, to } = await viewer.subscribe({ topics: ['tape:a'] });
  viewer.socket.emit('seen', { epoch, seq: to });
  await viewer.beat(() => true);
  await expect.poll(() => viewer.beats.length).toBeGreaterThanOrEqual(3);
  const told = viewer.beats.length;
  await using bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['tape:a'] });
  await expect.poll(() => bystander.beats.length).toBeGreaterThanOrEqual(6);
  expect(viewer.beats.length).toBeLessThanOrEqual(told + 2);
  board.push('markets', { topic: 'tape:a', time: 1, fields: { bulk: 'x' } });
  await bystander.frame(() => true);
  expect(viewer.frames).toEqual([]);

  const last = viewer.beats.at(-1);
  viewer.socket.emit('seen', { epoch, seq: last?.to ?? 0 });
  await viewer.frame(() => true);
});

it('cannot fill memory by asking without reading the answers', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `bulk:${index}`);
  const updates = names.map((topic) => ({ topic, time: 1, fields: { bulk: 'x'.repeat(40 * KB) } }));
  await using board = await RunningBoard.start({ opening: inNamespace('markets', ...updates) });
  await using bystander = await Viewer.connect(board.url);
  await using stuck = await RawViewer.connect(board.url);
  stuck.webSocket.pause();
  const asked = 40;
  for (let call = 0; call < asked; call++) {
    stuck.send(`42/markets,${call}["subscribe",${JSON.stringify({ topics: names })}]`);
  }
  await bystander.beat(() => true);
  stuck.webSocket.resume();
  await stuck.text((text) => text.startsWith(`43/markets,${asked - 1}[`));
  const answers = stuck.texts.filter((text) => text.startsWith('43/markets,'));
  expect(answers).toHaveLength(asked);
  // As many as the system's own buffers held, one on its way and one waiting.
  expect(answers.filter((text) => text.includes('"ok":true')).length).toBeLessThanOrEqual(6);
  expect(answers.at(-1)).toContain('"code":"rate_limited"');
});

it('cannot fill memory with pings whose answers it does not read', async () => {
  await using board = await RunningBoard.start({ opening });
  await using bystander = await Viewer.connect(board.url);
  await using flood = await RawViewer.connect(board.url);
  flood.webSocket.pause();
  const before = process.memoryUsage().rss;
  const payload = Buffer.alloc(125);
  for (let sent = 0; sent < 200_000 && flood.webSocket.readyState === flood.webSocket.OPEN; sent++) {
    flood.webSocket.ping(payload);
    if (sent % 5_000 === 0) await bystander.ask('pace', { maxPerSecond: 1 });
  }
  expect((process.memoryUsage().rss - before) / KB / KB).toBeLessThan(100);
  const metrics = async () => (await fetch(`${board.url}/metrics`)).text();
  await expect.poll(metrics).toContain('bigboard_readers{namespace="markets"} 1');
  expect((await bystander.subscribe({ topics: ['tape:a'] })).ok).toBe(true);
});
