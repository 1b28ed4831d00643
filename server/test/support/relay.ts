import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A load balancer in small: one address in front of several servers; each connection goes to the first that takes it. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(...urls: readonly string[]): Promise<Relay> {
    const ports = urls.map((url) => Number(new URL(url).port));
    const server = createServer({ pauseOnConnect: true });
    const relay = new Relay(server);
    server.on('connection', (client) => relay.#pass(client, ports));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #pass(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    let isThrough = false;
    server.once('connect', () => {
      isThrough = true;
      for (const socket of [client, server]) this.#keep(socket);
      client.pipe(server).pipe(client);
      client.once('close', () => server.destroy());
      client.resume();
    });
    server.once('close', () => (isThrough ? client.destroy() : this.#pass(client, others)));
    server.on('error', () => undefined);
    client.on('error', () => undefined);
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  }
}
