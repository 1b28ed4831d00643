import type { Socket } from 'node:net';

/** `up` is from whoever connected to whom they wanted to reach. */
export type Direction = 'up' | 'down';

/** What a link does to what passes; each way by itself. */
export interface LinkConditions {
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
  /** Passed on in pieces of so many bytes, each in a turn of its own. */
  readonly sliceBytes?: number;
  readonly swallows?: ReadonlySet<Direction>;
}

/** Waiting bytes above which the sender is made to wait, as a full buffer of the system would. */
const BUFFER_BYTES = 256 * 1_024;
const TICK_MS = 5;

/** One connection through the proxy, and the one it stands for. */
export class ProxyLink {
  label: string | undefined;
  conditions: LinkConditions = {};
  /** Something was swallowed. */
  hasLost = false;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #closeListeners: (() => void)[] = [];
  #isClosed = false;

  /** @param onUp sees what the client says before it is passed on */
  constructor(client: Socket, target: Socket, onUp: (piece: Buffer) => void) {
    this.#client = client;
    this.#target = target;
    const ways = [new Way(this, 'up', client, target), new Way(this, 'down', target, client)];
    client.on('data', onUp);
    for (const way of ways) this.onClose(() => way.stop());
    for (const socket of [client, target]) {
      // A connection that was reset ends like any other here.
      socket.on('error', () => this.cut());
      socket.on('close', () => this.#closed());
    }
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  start(): void {
    this.#client.resume();
  }

  /** Both ends see a reset. */
  cut(): void {
    for (const socket of [this.#client, this.#target]) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.#closed();
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#closeListeners) listener();
    // What was passed on already still arrives.
    this.#client.destroySoon();
    this.#target.destroySoon();
  }
}

/** What passes in one direction. */
class Way {
  readonly #link: ProxyLink;
  readonly #direction: Direction;
  readonly #source: Socket;
  readonly #sink: Socket;
  #waiting: { readonly dueMs: number; readonly piece: Buffer }[] = [];
  #waitingBytes = 0;
  /** Bytes that may pass now. */
  #allowance = 0;
  #lastTickMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(link: ProxyLink, direction: Direction, source: Socket, sink: Socket) {
    this.#link = link;
    this.#direction = direction;
    this.#source = source;
    this.#sink = sink;
    source.on('data', (piece: Buffer) => this.#take(piece));
    source.on('end', () => {
      this.#hasEnded = true;
      if (this.#waiting.length === 0) sink.end();
    });
    sink.on('drain', () => source.resume());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #take(piece: Buffer): void {
    const { latencyMs = 0, bytesPerSecond, sliceBytes, swallows } = this.#link.conditions;
    if (swallows?.has(this.#direction)) {
      this.#link.hasLost = true;
      return;
    }
    const isPlain = latencyMs === 0 && bytesPerSecond === undefined && sliceBytes === undefined;
    if (isPlain && this.#waiting.length === 0) {
      this.#pass(piece);
      return;
    }
    this.#waiting.push({ dueMs: performance.now() + latencyMs, piece });
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes > BUFFER_BYTES) this.#source.pause();
    if (this.#timer === undefined) {
      this.#lastTickMs = performance.now();
      this.#allowance = 0;
    }
    this.#timer ??= setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const { bytesPerSecond = Infinity, sliceBytes = Infinity } = this.#link.conditions;
    const nowMs = performance.now();
    this.#allowance = Math.min(bytesPerSecond, this.#allowance + (bytesPerSecond * (nowMs - this.#lastTickMs)) / 1_000);
    this.#lastTickMs = nowMs;
    let first = this.#waiting[0];
    while (first !== undefined && first.dueMs <= nowMs && this.#allowance >= 1) {
      const length = Math.min(first.piece.length, sliceBytes, Math.floor(this.#allowance));
      this.#pass(first.piece.subarray(0, length));
      this.#allowance -= length;
      this.#waitingBytes -= length;
      if (length === first.piece.length) this.#waiting.shift();
      else this.#waiting[0] = { dueMs: first.dueMs, piece: first.piece.subarray(length) };
      first = this.#waiting[0];
      if (sliceBytes !== Infinity) break;
    }
    if (this.#waitingBytes <= BUFFER_BYTES && !this.#sink.writableNeedDrain) this.#source.resume();
    this.#timer =
      first === undefined ? undefined : setTimeout(() => this.#tick(), sliceBytes === Infinity ? TICK_MS : 0);
    if (first === undefined && this.#hasEnded) this.#sink.end();
  }

  #pass(piece: Buffer): void {
    if (!this.#sink.write(piece)) this.#source.pause();
  }
}
