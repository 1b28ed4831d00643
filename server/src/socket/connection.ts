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

/** How an event of `/ingest` begins, below Engine.IO's own first digit. The number of its ack follows. */
const PUBLISH_OPENING = '2/ingest,';

/** As Engine.IO has read it, before it hands it on. */
interface EnginePacket {
  type: string;
  readonly data?: string | ArrayBufferView | ArrayBuffer;
}

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
  #packets: TokenBucket;
  readonly #namespaces = new Set<string>();
  readonly #answering = new Set<string>();
  #unseen: UnseenBeat[] = [];
  #writtenInTurn = -1;
  #isCutting = false;
  #isProducer = () => false;
  /** Of the publish events that Socket.IO has yet to hand on, in the same order. */
  #publishBytes: number[] = [];

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
    engine.on('packet', (packet: EnginePacket) => this.#admit(packet));
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

  isInAny(namespaces: readonly string[]): boolean {
    return namespaces.some((name) => this.#namespaces.has(name));
  }

  /**
   * It has shown a token in `/ingest`, so its publish events may be large and many.
   * @param isAuthorised whether the token is still good
   */
  enterAsProducer(isAuthorised: () => boolean): void {
    this.#isProducer = isAuthorised;
    this.#publishBytes = [];
    this.#packets = new TokenBucket(
      (LIMITS.viewerBurst + LIMITS.producerBurst) * CLOSE_FACTOR,
      (LIMITS.viewerPacketsPerSecond + LIMITS.producerBatchesPerSecond) * CLOSE_FACTOR,
      this.#clock.monotonicMs(),
    );
  }

  /** The bytes of the event of `/ingest` that is being served, as JSON; to be called once for each, as it comes. */
  takePublishBytes(): number {
    return this.#publishBytes.shift() ?? 0;
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

  #admit(packet: EnginePacket): void {
    const { data } = packet;
    const isPublish = typeof data === 'string' && data.startsWith(PUBLISH_OPENING);
    const bytes = 1 + (typeof data === 'string' ? Buffer.byteLength(data) : (data?.byteLength ?? 0));
    if (this.#packets.take(this.#clock.monotonicMs())) {
      const isSmall = bytes <= LIMITS.viewerPacketBytes;
      if (!this.#isCutting && (isSmall || (isPublish && this.#isProducer()))) {
        // All before its JSON is ASCII.
        if (isPublish) this.#publishBytes.push(bytes - 1 - Math.max(0, data.indexOf('[')));
        return;
      }
      this.close('too_large');
    } else this.close('rate_limited');
    // Engine.IO hands on what it has read even now; of this type it has nothing to hand on.
    packet.type = 'noop';
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
