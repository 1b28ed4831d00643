import { CLOSE_CODES, type CloseReason } from '@bigboard/shared/close-codes';
import { LIMITS } from '@bigboard/shared/limits';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { TokenBucket } from '../security/token-bucket.ts';
import type { Turns } from './turns.ts';

export type EngineSocket = Socket['conn'];

/** A reader that answers beats is behind when the oldest unanswered one is this old. */
const SEEN_LAG_MS = 3_000;
/** A peer that does not answer the close is cut; until then the WebSocket layer would go on reading its garbage. */
const CLOSE_GRACE_MS = 200;
/** Packets above the rate are refused one by one; above this many times the rate the connection is closed. */
const CLOSE_FACTOR = 2;

interface UnseenBeat {
  readonly namespace: string;
  readonly epoch: Epoch;
  readonly to: Seq;
  readonly sentAtMs: number;
}

/**
 * One physical connection, with however many namespaces on it. It is the only place that reaches below Socket.IO: it
 * writes ready-made packets, knows when the peer takes no more, and closes for good.
 */
export class Connection {
  readonly #engine: EngineSocket;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #requests: TokenBucket;
  readonly #packets: TokenBucket;
  readonly #namespaces = new Set<string>();
  readonly #answering = new Set<string>();
  #unseen: UnseenBeat[] = [];
  #writtenInTurn = -1;
  #isCutting = false;

  constructor(engine: EngineSocket, clock: Clock, turns: Turns) {
    this.#engine = engine;
    this.#clock = clock;
    this.#turns = turns;
    const nowMs = clock.monotonicMs();
    this.#requests = new TokenBucket(LIMITS.viewerBurst, LIMITS.viewerPacketsPerSecond, nowMs);
    this.#packets = new TokenBucket(
      LIMITS.viewerBurst * CLOSE_FACTOR,
      LIMITS.viewerPacketsPerSecond * CLOSE_FACTOR,
      nowMs,
    );
    // Before Socket.IO parses anything, so that a flood costs a comparison a packet.
    engine.on('packet', () => {
      if (!this.#packets.take(this.#clock.monotonicMs())) this.close('rate_limited');
    });
    engine.once('close', () => this.#cutSoon());
  }

  /** @returns undefined when the request may be served, else in how many milliseconds to try again */
  takeRequest(): number | undefined {
    return this.#requests.take(this.#clock.monotonicMs()) ? undefined : this.#requests.retryInMs();
  }

  /** One connection could otherwise join a namespace hundreds of times and get every frame as often. */
  enter(namespace: string): boolean {
    if (this.#namespaces.has(namespace)) return false;
    this.#namespaces.add(namespace);
    return true;
  }

  leave(namespace: string): void {
    this.#namespaces.delete(namespace);
    this.#answering.delete(namespace);
    this.#unseen = this.#unseen.filter((beat) => beat.namespace !== namespace);
  }

  /** Writes an event of a namespace whose payload is JSON already: exactly the text Socket.IO would have written. */
  writeEvent(namespace: string, event: string, payload: string): void {
    this.#writtenInTurn = this.#turns.current;
    this.#engine.write(`2${namespace},["${event}",${payload}]`);
  }

  /**
   * It takes no more now. Right after any write the transport is not writable for the rest of that turn, which means
   * nothing: two namespaces on one connection would starve each other.
   */
  isBehind(): boolean {
    if (this.#isCutting || this.#engine.readyState !== 'open') return true;
    if (!this.#engine.transport.writable && this.#writtenInTurn !== this.#turns.current) return true;
    const oldest = this.#unseen[0];
    return oldest !== undefined && this.#clock.monotonicMs() - oldest.sentAtMs > SEEN_LAG_MS;
  }

  /**
   * Characters that wait in memory for the peer to take them. Only answers can make it grow: frames and beats pass over a
   * reader that is behind.
   */
  untakenLength(): number {
    const { writeBuffer } = this.#engine as unknown as { writeBuffer: readonly { readonly data?: unknown }[] };
    return writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0);
  }

  /** Only readers that answer beats at all are held to it. */
  beatSent(namespace: string, epoch: Epoch, to: Seq): void {
    if (!this.#answering.has(namespace)) return;
    this.#unseen.push({ namespace, epoch, to, sentAtMs: this.#clock.monotonicMs() });
  }

  seen(namespace: string, epoch: Epoch, seq: Seq): void {
    this.#answering.add(namespace);
    this.#unseen = this.#unseen.filter(
      (beat) => beat.namespace !== namespace || (beat.epoch === epoch && beat.to > seq),
    );
  }

  /**
   * Closes the connection itself, never through Socket.IO: its `disconnect` waits for a stuck peer to drain, and tells a
   * stock client not to come back.
   */
  close(reason: CloseReason): void {
    if (this.#isCutting) return;
    const socket = webSocketOf(this.#engine);
    if (socket === undefined) {
      this.#engine.close(true);
      return;
    }
    socket.close(CLOSE_CODES[reason], reason);
    this.#cutSoon();
  }

  /** However the end began: a packet it could not read ends the engine, but the WebSocket would go on reading. */
  #cutSoon(): void {
    const socket = webSocketOf(this.#engine);
    if (this.#isCutting || socket === undefined || socket.readyState === socket.CLOSED) return;
    this.#isCutting = true;
    socket.pause();
    const cancel = this.#clock.after(CLOSE_GRACE_MS, () => socket.terminate());
    socket.once('close', cancel);
  }
}

/** The WebSocket below an Engine.IO connection, which its types do not show; undefined on another transport. */
function webSocketOf(engine: EngineSocket): WebSocket | undefined {
  const { socket } = engine.transport as unknown as { socket?: Partial<WebSocket> };
  return typeof socket?.terminate === 'function' ? (socket as WebSocket) : undefined;
}
