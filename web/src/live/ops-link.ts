import type { OperatorToServer, ServerToOperator, ClusterStatus } from '@bigboard/shared/operations';
import { Manager, type Socket } from 'socket.io-client';
import { retryDelayMs } from './backoff.ts';

const CONNECT_TIMEOUT_MS = 5_000;

export interface OpsEvents {
  opened(): void;
  told(status: ClusterStatus): void;
  /** The token is not the server's: it is not tried again. */
  refused(message: string): void;
  /** It comes back by itself. */
  lost(): void;
}

/** A connection to `/ops`, on a WebSocket of its own, so that the board of a viewer never carries an operator's token. */
export class OpsLink {
  readonly #socket: Socket<ServerToOperator, OperatorToServer>;
  readonly #events: OpsEvents;
  #attempt = 0;
  #retryAtMs: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, token: string, events: OpsEvents) {
    this.#events = events;
    const manager = new Manager(url, {
      transports: ['websocket'],
      reconnection: false,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket = manager.socket('/ops', { auth: { token } });
    this.#socket.on('connect', () => {
      this.#attempt = 0;
      events.opened();
    });
    this.#socket.on('status', (status) => events.told(status));
    this.#socket.on('notice', ({ retryInMs }) => {
      if (retryInMs !== undefined) this.#retryAtMs = Date.now() + retryInMs;
    });
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.on('connect_error', (error: Error & { data?: { code?: string; message?: string } }) => {
      if (error.data?.code === 'unauthorized') events.refused(error.data.message ?? error.message);
      else this.#lost();
    });
    this.#socket.connect();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.off().disconnect();
  }

  #lost(): void {
    clearTimeout(this.#timer);
    this.#events.lost();
    const delayMs = retryDelayMs(++this.#attempt, this.#retryAtMs, Date.now());
    this.#retryAtMs = undefined;
    this.#timer = setTimeout(() => this.#socket.connect(), delayMs);
  }
}
