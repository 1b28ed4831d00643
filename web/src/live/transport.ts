import type { ErrorCode } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import { Manager } from 'socket.io-client';
import { retryDelayMs } from './backoff.ts';
import type { Connection } from './connection.svelte.ts';
import type { ViewerSocket } from './namespace-link.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * One WebSocket for all namespaces, and the tries to get it back. Socket.IO's own reconnection is off: it does not come
 * back after a disconnect by the server, cannot obey the server's `retryInMs`, and does not say when it tries next.
 */
export class Transport {
  readonly #manager: Manager;
  readonly #sockets: ViewerSocket[] = [];
  readonly #connection: Connection;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the server wants this page back; this browser's wall time. */
  #toldRetryAtMs: number | undefined;

  constructor(url: string, connection: Connection) {
    this.#connection = connection;
    this.#manager = new Manager(url, {
      // Polling where no WebSocket passes, if the board allows it (TRANSPORTS).
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnection: false,
      autoConnect: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#manager.on('error', () => this.#lost());
  }

  /** Add every namespace before `start`. */
  socket(namespace: string): ViewerSocket {
    const socket: ViewerSocket = this.#manager.socket(`/${namespace}`);
    this.#sockets.push(socket);
    socket.on('connect', () => this.#opened());
    socket.on('disconnect', () => this.#lost());
    socket.on('connect_error', (error: Error & { data?: { code?: ErrorCode; retryInMs?: number } }) => {
      this.#obey(error.data?.retryInMs);
      this.#lost();
    });
    return socket;
  }

  start(): void {
    window.addEventListener('online', this.#online);
    window.addEventListener('offline', this.#offline);
    for (const socket of this.#sockets) socket.connect();
  }

  stop(): void {
    window.removeEventListener('online', this.#online);
    window.removeEventListener('offline', this.#offline);
    clearTimeout(this.#timer);
    for (const socket of this.#sockets) socket.off('disconnect').disconnect();
  }

  /** A drain or a limit: after the disconnect that follows nothing is tried before the moment it names. */
  obey({ retryInMs }: Notice): void {
    this.#obey(retryInMs);
  }

  retryNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const attempt = this.#connection.current.attempt + 1;
    this.#connection.change({ transport: 'connecting', attempt, nextTryAtMs: undefined });
    for (const socket of this.#sockets) if (!socket.connected) socket.connect();
  }

  /** For a connection that is open and says nothing: the close that follows starts the tries. */
  drop(): void {
    this.#manager.engine.close();
  }

  #opened(): void {
    if (!this.#sockets.every((socket) => socket.connected)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { wasOpen } = this.#connection.current;
    this.#connection.noteOpening(Date.now());
    this.#connection.change({
      transport: 'open',
      wasOpen: true,
      lostAtMs: undefined,
      attempt: 0,
      nextTryAtMs: undefined,
      catchingUpSinceMs: wasOpen ? Date.now() : undefined,
    });
  }

  #obey(retryInMs: number | undefined): void {
    if (retryInMs !== undefined) this.#toldRetryAtMs = Date.now() + retryInMs;
  }

  /** Every socket and the manager report the same loss; the first starts the wait. */
  #lost(): void {
    if (this.#timer !== undefined) return;
    const { attempt, lostAtMs } = this.#connection.current;
    const nowMs = Date.now();
    const delayMs = retryDelayMs(attempt + 1, this.#toldRetryAtMs, nowMs);
    this.#toldRetryAtMs = undefined;
    this.#timer = setTimeout(() => this.retryNow(), delayMs);
    this.#connection.forgetBeats();
    this.#connection.change({
      transport: 'waiting',
      lostAtMs: lostAtMs ?? nowMs,
      nextTryAtMs: nowMs + delayMs,
      catchingUpSinceMs: undefined,
    });
  }

  readonly #online = () => {
    this.#connection.change({ isOnline: true });
    if (this.#timer !== undefined) this.retryNow();
  };

  readonly #offline = () => this.#connection.change({ isOnline: false });
}
