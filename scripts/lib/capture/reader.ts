import type { ServerToViewer, ViewerToServer } from '@bigboard/shared/messages';
import { LIMITS } from '@bigboard/shared/limits';
import { Replica, type Change } from '@bigboard/shared/replica';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { io, type Socket } from 'socket.io-client';

const ANSWER_MS = 5_000;

export interface ReaderEvents {
  changed(change: Change): void;
  /** Something was answered: what is wanted may be there now. */
  answered(): void;
  connected(): void;
  /** It comes back by itself, unless it was never connected. */
  lost(reason: string): void;
}

/** One connection to one namespace, with as many topics as a reader may hold. It goes on after a loss from where it stood. */
export class Reader {
  readonly replica: Replica;
  readonly #socket: Socket<ServerToViewer, ViewerToServer>;
  readonly #topics = new Set<string>();
  readonly #events: ReaderEvents;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(url: string, namespace: ViewerNamespace, events: ReaderEvents) {
    this.#events = events;
    this.replica = new Replica((change) => events.changed(change));
    this.#socket = io(`${url}/${namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelayMax: 2_000,
    });
    this.#socket.on('connect', () => {
      this.replica.connected();
      events.connected();
      this.#pump();
    });
    this.#socket.on('disconnect', (reason) => {
      this.replica.disconnected();
      events.lost(reason);
    });
    this.#socket.on('connect_error', ({ message }) => events.lost(message));
    this.#socket.on('frame', (frame) => {
      this.replica.frame(frame);
      this.#pump();
    });
    this.#socket.on('beat', (beat) => {
      this.replica.beat(beat);
      if (beat.to !== undefined) this.#socket.emit('seen', { epoch: beat.epoch, seq: beat.to });
      this.#pump();
    });
  }

  get room(): number {
    return LIMITS.heldTopics - this.#topics.size;
  }

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** All it was asked for has been answered. */
  get isSettled(): boolean {
    return this.#socket.connected && this.replica.nextRequestAtMs() === undefined && !this.#isAsking;
  }

  want(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
    this.replica.want(topics);
    this.#pump();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.off('disconnect');
    this.#socket.close();
  }

  #pump(): void {
    const request = this.replica.nextRequest(performance.now());
    if (request === undefined) return this.#pumpLater();
    this.#isAsking = true;
    this.#socket.timeout(ANSWER_MS).emit('subscribe', request, (error, ack) => {
      this.#isAsking = false;
      // Rule 4: without an answer the connection is no good, or was lost with the question.
      if (error !== null) return void this.#socket.io.engine?.close();
      if (ack.ok) this.replica.acked(ack, performance.now());
      else this.replica.refused(ack, performance.now());
      this.#pump();
      this.#events.answered();
    });
  }

  #pumpLater(): void {
    clearTimeout(this.#timer);
    const atMs = this.replica.nextRequestAtMs();
    if (atMs === undefined) return;
    this.#timer = setTimeout(() => this.#pump(), Math.max(0, atMs - performance.now()));
  }
}
