import type { Refusal } from '@bigboard/shared/errors';
import type { ProducerToServer, PublishAck } from '@bigboard/shared/publish';
import { io, type Socket } from 'socket.io-client';

const ANSWER_MS = 10_000;

export type PublishAnswer = PublishAck | Refusal;

/** One way into a board for whoever pushes: the tests of the door go through each. */
export interface Pusher extends AsyncDisposable {
  push(batch: {
    readonly namespace: string;
    readonly producer?: string;
    readonly updates: readonly unknown[];
  }): Promise<PublishAnswer>;
}

/** Over HTTP, a row a line. */
export class HttpPusher implements Pusher {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async push({ namespace, producer, updates }: Parameters<Pusher['push']>[0]): Promise<PublishAnswer> {
    const response = await this.post(namespace, producer, updates.map((row) => JSON.stringify(row)).join('\n'));
    return (await response.json()) as PublishAnswer;
  }

  /** The body as it is. */
  post(
    namespace: string,
    producer: string | undefined,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${this.#url}/api/updates?namespace=${namespace}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(producer === undefined ? {} : { 'X-Producer': producer }),
        ...headers,
      },
      body,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The stock client in `/ingest`. */
export class SocketPusher implements Pusher {
  readonly socket: Socket<Record<string, never>, ProducerToServer>;

  private constructor(url: string, token: unknown) {
    this.socket = io(`${url}/ingest`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token },
    });
  }

  /** Rejects when the server refuses. */
  static async connect(url: string, token: unknown): Promise<SocketPusher> {
    const pusher = new SocketPusher(url, token);
    await new Promise<void>((resolve, reject) => {
      pusher.socket.once('connect', resolve);
      pusher.socket.once('connect_error', (error) => {
        pusher.socket.close();
        reject(error);
      });
    });
    return pusher;
  }

  push(batch: Parameters<Pusher['push']>[0]): Promise<PublishAnswer> {
    return this.ask('publish', batch) as Promise<PublishAnswer>;
  }

  /** Sends anything, whether the server takes it or not. */
  async ask(event: string, ...payload: readonly unknown[]): Promise<unknown> {
    const untyped = this.socket as unknown as Socket;
    return (await untyped.timeout(ANSWER_MS).emitWithAck(event, ...payload)) as unknown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
  }
}
