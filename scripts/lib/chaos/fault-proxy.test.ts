import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';

/** A server that sends back what it is sent, and a proxy before it. */
class Echo implements AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly served: Socket[];
  readonly #close: () => Promise<void>;

  private constructor(proxy: FaultProxy, served: Socket[], close: () => Promise<void>) {
    this.proxy = proxy;
    this.served = served;
    this.#close = close;
  }

  static async start(options: Pick<FaultProxyOptions, 'labelOf'> = {}): Promise<Echo> {
    const served: Socket[] = [];
    const server = createServer((socket) => {
      served.push(socket);
      socket.on('error', () => undefined).on('data', (data) => socket.write(data));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await FaultProxy.start({ port: (server.address() as AddressInfo).port, ...options });
    return new Echo(proxy, served, async () => {
      await proxy[Symbol.asyncDispose]();
      await new Promise((done) => server.close(done));
    });
  }

  client(): Client {
    return new Client(connect({ port: this.proxy.port, host: '127.0.0.1', noDelay: true }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

class Client implements AsyncDisposable {
  readonly socket: Socket;
  text = '';
  error: string | undefined;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
    socket.on('close', () => (this.isClosed = true));
  }

  async got(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.text).toBe(text), { timeout: 5_000, interval: 2 });
  }

  async closed(): Promise<void> {
    await vi.waitFor(() => expect(this.isClosed).toBe(true), { timeout: 5_000, interval: 2 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }
}

it('passes what it is sent, both ways, and the end of it', async () => {
  await using echo = await Echo.start();
  await using client = echo.client();
  client.socket.write('hello');
  await client.got('hello');
  client.socket.end();
  await client.closed();
  expect(client.error).toBeUndefined();
  await vi.waitFor(() => expect(echo.proxy.count()).toBe(0));
});

it('cuts those connections that it is told to, at both ends', async () => {
  await using echo = await Echo.start();
  await using kept = echo.client();
  kept.socket.write('a');
  await kept.got('a');
  await using cut = echo.client();
  cut.socket.write('b');
  await cut.got('b');
  echo.proxy.cut(undefined, (index) => index === 1);
  await cut.closed();
  expect(cut.error).toBe('ECONNRESET');
  await vi.waitFor(() => expect(echo.served.map(({ destroyed }) => destroyed)).toEqual([false, true]));
  kept.socket.write('c');
  await kept.got('ac');
});

it('refuses newcomers until it is healed', async () => {
  await using echo = await Echo.start();
  echo.proxy.refuse();
  await using refused = echo.client();
  await refused.closed();
  echo.proxy.heal();
  await using client = echo.client();
  client.socket.write('a');
  await client.got('a');
});

it.each(['up', 'down', 'both'] as const)(
  'swallows what goes %s, and cuts what lost something when healed',
  async (way) => {
    await using echo = await Echo.start();
    await using client = echo.client();
    client.socket.write('a');
    await client.got('a');
    echo.proxy.blackhole(way);
    client.socket.write('b');
    const arrived: string[] = [];
    echo.served[0]?.on('data', (data) => arrived.push(data.toString()));
    if (way === 'down') await vi.waitFor(() => expect(arrived).toEqual(['b']));
    await using witness = await Echo.start();
    await using other = witness.client();
    other.socket.write('as long as this takes');
    await other.got('as long as this takes');
    expect([client.text, client.isClosed]).toEqual(['a', false]);
    if (way !== 'down') expect(arrived).toEqual([]);
    echo.proxy.heal();
    await client.closed();
  },
);

it('delays, and keeps the order', async () => {
  await using echo = await Echo.start();
  await using client = echo.client();
  echo.proxy.set({ latencyMs: 50 });
  const sentAtMs = performance.now();
  client.socket.write('a');
  await client.got('a');
  expect(performance.now() - sentAtMs).toBeGreaterThan(98);
  client.socket.write('b');
  await vi.waitFor(() => expect(echo.served).toHaveLength(1));
  echo.proxy.heal();
  client.socket.write('c');
  await client.got('abc');
});

it('lets through so much a second', async () => {
  await using echo = await Echo.start();
  await using client = echo.client();
  client.socket.write('a');
  await client.got('a');
  const text = 'x'.repeat(20_000);
  echo.proxy.set({ bytesPerSecond: 100_000 });
  const sentAtMs = performance.now();
  client.socket.write(text);
  await client.got(`a${text}`);
  const elapsedMs = performance.now() - sentAtMs;
  expect(elapsedMs).toBeGreaterThan(180);
});

it('slices', async () => {
  await using echo = await Echo.start();
  await using client = echo.client();
  const lengths: number[] = [];
  client.socket.on('data', (text: string) => lengths.push(text.length));
  echo.proxy.set({ sliceBytes: 1 });
  client.socket.write('slices');
  await client.got('slices');
  expect(Math.max(...lengths)).toBeLessThan(6);
});

it('tells connections apart by what is said on them', async () => {
  const labelOf = (piece: Buffer) => (piece.includes('subscribe') ? 'subscriber' : undefined);
  await using echo = await Echo.start({ labelOf });
  await using command = echo.client();
  await using subscriber = echo.client();
  command.socket.write('get');
  subscriber.socket.write('subscribe');
  await command.got('get');
  await subscriber.got('subscribe');
  expect([echo.proxy.count(), echo.proxy.count('subscriber')]).toEqual([2, 1]);

  echo.proxy.refuse('subscriber');
  echo.proxy.cut('subscriber');
  await subscriber.closed();
  await using again = echo.client();
  again.socket.write('subscribe');
  await again.closed();
  command.socket.write('!');
  await command.got('get!');
});
