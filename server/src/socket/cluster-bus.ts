import { createAdapter } from '@socket.io/redis-adapter';
import type { Namespace } from 'socket.io';
import type { Bus } from '../store/bus.ts';
import { GuardedPub, GuardedSub, type PubClient, type SubClient } from './guarded-clients.ts';
import type { IoServer } from './io-server.ts';

/** Not waited for by anything; the adapter's own default of 5 s would only keep what is asked for longer. */
const REQUESTS_TIMEOUT_MS = 2_000;

export interface ClusterClients {
  readonly pub: PubClient;
  readonly sub: SubClient;
}

/** The bus between the instances: server-side events of Socket.IO's main namespace, through its Redis adapter. */
export class ClusterBus implements Bus {
  readonly #io: IoServer;
  readonly #pub: GuardedPub;
  readonly #sub: GuardedSub;
  readonly #listeners = new Set<(channel: string, text: string) => void>();

  /** @param io attached to nothing yet; only one bus each */
  constructor(io: IoServer, clients: ClusterClients) {
    this.#io = io;
    this.#pub = new GuardedPub(clients.pub);
    this.#sub = new GuardedSub(clients.sub);
    const connect = createAdapter(this.#pub, this.#sub, {
      publishOnSpecificResponseChannel: true,
      requestsTimeout: REQUESTS_TIMEOUT_MS,
    });
    const Local = io.adapter() as unknown as new (namespace: Namespace) => Namespace['adapter'];
    // No socket is ever in the main namespace: whatever is written into Redis by whoever can, it reaches no reader, and
    // frames never go through the adapter.
    io.adapter(function (this: unknown, namespace: Namespace) {
      return namespace.name === '/' ? connect(namespace) : new Local(namespace);
    } as unknown as NonNullable<Parameters<IoServer['adapter']>[0]>);
    io.on('bus', (channel, text) => this.#hear(channel, text));
  }

  /** Texts that could not be sent. */
  get dropped(): number {
    return this.#pub.dropped;
  }

  /** Messages on the channels of the bus that are none of its own. */
  get unreadable(): number {
    return this.#sub.unreadable;
  }

  publish(channel: string, text: string): void {
    this.#io.serverSideEmit('bus', channel, text);
  }

  onMessage(listener: (channel: string, text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #hear(channel: unknown, text: unknown): void {
    if (typeof channel !== 'string' || typeof text !== 'string') throw new TypeError('not a text of the bus');
    for (const listener of this.#listeners) hearOne(listener, channel, text);
  }
}

/** What a listener throws is a defect, and ends the process as one; it is no fault of the text. */
function hearOne(listener: (channel: string, text: string) => void, channel: string, text: string): void {
  try {
    listener(channel, text);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
