import type { ErrorCode } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import { Manager } from 'socket.io-client';
import { backoffMs } from './backoff.ts';
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
  #noticedRetryMs: number | undefined;

  constructor(url: string, connection: Connection) {
    this.#connection = connection;
    this.#manager = new Manager(url, {
      transports: ['websocket'],
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
      if (error.data?.retryInMs !== undefined) this.#noticedRetryMs = error.data.retryInMs;
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

  /** A drain or a limit: the disconnect that follows waits as long as it says. */
  obey(notice: Notice): void {
    if (notice.retryInMs !== undefined) this.#noticedRetryMs = notice.retryInMs;
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

  /** Every socket and the manager report the same loss; the first starts the wait. */
  #lost(): void {
    if (this.#timer !== undefined) return;
    const { attempt, lostAtMs } = this.#connection.current;
    const nowMs = Date.now();
    const waitMs = backoffMs(attempt + 1);
    const delayMs = this.#noticedRetryMs === undefined ? waitMs : this.#noticedRetryMs + waitMs;
    this.#noticedRetryMs = undefined;
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
