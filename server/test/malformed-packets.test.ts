import { afterAll, beforeAll, expect, it } from 'vitest';
import { RawViewer } from './support/raw-viewer.ts';
import { inNamespace, RunningBoard } from './support/running-board.ts';
import { Viewer } from './support/viewer.ts';

let board: RunningBoard;
let bystander: Viewer;
beforeAll(async () => {
  board = await RunningBoard.start({
    opening: inNamespace('markets', { topic: 'thing:a', time: 1, fields: { size: 1 } }),
  });
  bystander = await Viewer.connect(board.url);
  await bystander.subscribe({ topics: ['thing:a'] });
});
afterAll(async () => {
  board.push('markets', { topic: 'thing:a', time: 2, fields: { size: 2 } });
  await bystander.frame(({ deltas }) => deltas[0]?.[1] === 2);
  await bystander[Symbol.asyncDispose]();
  await board[Symbol.asyncDispose]();
});

it.concurrent.each([
  ['no packet type', ''],
  ['an unknown packet type', '9'],
  ['a ping, which is the server’s to send', '2'],
  ['a Socket.IO packet of no type', '4{'],
  ['an unknown Socket.IO type', '49/markets,'],
  ['JSON cut short', '42/markets,["subscribe",{"topics":['],
  ['an event that is no list', '42/markets,{"event":"subscribe"}'],
  ['an event without a name', '42/markets,[]'],
  ['an event named by an object', '42/markets,[{"toString":"subscribe"}]'],
  ['a reserved event name', '42/markets,["connect"]'],
  ['another reserved event name', '42/markets,["disconnecting"]'],
  ['an ack that is no list', '43/markets,1{}'],
  ['attachments announced without a number', '45-["x"]'],
  ['too many attachments', '4599999-/markets,["x"]'],
  ['an attachment announced and a text sent', '451-/markets,["subscribe",{"_placeholder":true,"num":0}]', '42["x"]'],
  ['an attachment that is not there', '451-/markets,["x",{"_placeholder":true,"num":7}]', Buffer.from('x')],
  ['an attachment nobody announced', Buffer.from('x')],
  ['an event of a namespace it is not in', '42/sports,["subscribe",{}]'],
  ['a depth of 8,000', `42/markets,["subscribe",${'['.repeat(8_000)}`],
])('closes a connection that sends %s', async (_what, ...packets) => {
  await using viewer = await RawViewer.connect(board.url);
  for (const packet of packets) viewer.webSocket.send(packet);
  await viewer.closed();
});

it('closes a connection that sends an event before it entered a namespace', async () => {
  await using viewer = await RawViewer.open(board.url);
  viewer.send('42/markets,["subscribe",{"topics":["thing:a"]}]');
  await viewer.closed();
});

it.each([
  ['an ack nobody asked for', '43/markets,77[{}]'],
  ['a number for an event name', '42/markets,[5]'],
  ['an ack id of 400 digits', `42/markets,${'9'.repeat(400)}["subscribe",{"topics":["thing:a"]}]`],
  ['a __proto__ for an event name', '42/markets,["__proto__",{}]'],
  ['doubled keys', '42/markets,7["pace",{"maxPerSecond":"x","maxPerSecond":2}]'],
  ['a lone surrogate', '42/markets,8["subscribe",{"topics":["\\ud800"]}]'],
])('minds no packet with %s', async (_what, packet) => {
  await using viewer = await RawViewer.connect(board.url);
  viewer.send(packet, '42/markets,9["subscribe",{"topics":["thing:a"]}]');
  const answer = await viewer.text((text) => text.startsWith('43/markets,9'));
  expect(answer).toContain('"deltas":[["thing:a",1,{"size":1}');
});

it('refuses a payload of depth 7,000 like any other that is wrong', async () => {
  await using viewer = await RawViewer.connect(board.url);
  const nested = '['.repeat(7_000) + ']'.repeat(7_000);
  viewer.send(`42/markets,1["subscribe",${nested}]`, `42/markets,2["subscribe",{"topics":${nested}}]`);
  expect(await viewer.text((text) => text.startsWith('43/markets,1'))).toContain('"code":"bad_request"');
  expect(await viewer.text((text) => text.startsWith('43/markets,2'))).toContain('"code":"bad_request"');
});

it('refuses the namespaces that are not for viewers with a reason', async () => {
  await using viewer = await RawViewer.open(board.url);
  viewer.send('40', '40/nowhere,', '40/__proto__,');
  expect(await viewer.text((text) => text.startsWith('44{'))).toContain('"code":"unknown_namespace"');
  expect(await viewer.text((text) => text.startsWith('44/nowhere,'))).toContain('Invalid namespace');
  await viewer.text((text) => text.startsWith('44/__proto__,'));
  viewer.send('40/markets,');
  await viewer.text((text) => text.startsWith('40/markets,'));
});

it('lets a connection into a namespace once', async () => {
  await using viewer = await RawViewer.open(board.url);
  viewer.send('40/markets,', '40/markets,', '40/markets,');
  await viewer.text((text) => text.startsWith('40/markets,'));
  expect(await viewer.text((text) => text.startsWith('44/markets,'))).toContain('"code":"already_connected"');
});

it('lets a burst of 500 connects to one namespace in once at most, and closes the connection', async () => {
  const readersBefore = await readers();
  await using viewer = await RawViewer.open(board.url);
  viewer.send(...Array.from({ length: 500 }, () => '40/markets,'));
  // Socket.IO itself closes, without a code, over the ones that come once the first has been let in.
  expect([1005, 4429]).toContain(await viewer.closed());
  expect(viewer.texts.filter((text) => text.startsWith('40/markets,')).length).toBeLessThanOrEqual(1);
  await expect.poll(readers).toBe(readersBefore);
});

it.each([
  ['in an event', `42/markets,["subscribe",${JSON.stringify({ topics: ['x'.repeat(16_384)] })}]`],
  ['of nothing but letters', 'x'.repeat(1_000_000)],
])('closes a connection with 1009 over a packet of more than 16 KiB %s', async (_what, packet) => {
  await using viewer = await RawViewer.connect(board.url);
  viewer.send(packet);
  expect(await viewer.closed()).toBe(1009);
});

it('reads a packet of exactly 16 KiB', async () => {
  await using viewer = await RawViewer.connect(board.url);
  const head = '42/markets,9["subscribe",{"topics":["';
  viewer.send(`${head}${'x'.repeat(16_384 - head.length - 4)}"]}]`);
  expect(await viewer.text((text) => text.startsWith('43/markets,9'))).toContain('bad_request');
});

async function readers(): Promise<number> {
  const text = await (await fetch(`${board.url}/metrics`)).text();
  return Number(/^bigboard_readers\{namespace="markets"\} (\d+)$/m.exec(text)?.[1]);
}
