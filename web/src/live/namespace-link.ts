import { LIMITS } from '@bigboard/shared/limits';
import type { Beat, Frame, Notice, ServerToViewer, SubscribeAck, ViewerToServer } from '@bigboard/shared/messages';
import { Replica, type Change } from '@bigboard/shared/replica';
import type { Refusal } from '@bigboard/shared/errors';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Socket } from 'socket.io-client';
import type { ServerClock } from './server-clock.ts';

export type ViewerSocket = Socket<ServerToViewer, ViewerToServer>;

/** No answer for this long and the connection is taken for dead, whatever the transport says. */
const ACK_TIMEOUT_MS = 5_000;
/** Rows scrolled out of sight let go one by one; a packet for each would be more than the server takes. */
const RELEASE_DELAY_MS = 250;

export interface LinkEvents {
  changed(change: Change): void;
  rejected(topic: string, code: string, message: string): void;
  /** Topics were let go, so that there is room for others. */
  released(): void;
  /** Everything asked for has been answered. */
  caughtUp(): void;
  beat(beat: Beat): void;
  notice(notice: Notice): void;
  presence(watching: number): void;
  latency(latencyMs: number): void;
  /** The server did not answer in time. */
  silent(): void;
}

/** One namespace: hands what the socket brings to the replica, and sends what the replica asks for. */
export class NamespaceLink {
  readonly namespace: ViewerNamespace;
  readonly socket: ViewerSocket;
  readonly #replica: Replica;
  readonly #clock: ServerClock;
  readonly #events: LinkEvents;
  readonly #unsubscribed = new Set<string>();
  #isDue = false;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #releaseTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(namespace: ViewerNamespace, socket: ViewerSocket, clock: ServerClock, events: LinkEvents) {
    this.namespace = namespace;
    this.socket = socket;
    this.#clock = clock;
    this.#events = events;
    this.#replica = new Replica((change) => events.changed(change));
    socket.on('connect', () => {
      this.#replica.connected();
      this.#pumpSoon();
    });
    socket.on('disconnect', () => {
      clearTimeout(this.#ackTimer);
      clearTimeout(this.#retryTimer);
      this.#cancelRelease();
      this.#unsubscribed.clear();
      this.#replica.disconnected();
    });
    socket.on('frame', (frame) => this.#takeFrame(frame));
    socket.on('beat', (beat) => this.#takeBeat(beat));
    socket.on('notice', (notice) => events.notice(notice));
    socket.on('presence', ({ watching }) => events.presence(watching));
  }

  want(topic: string): void {
    this.#replica.want([topic]);
    this.#pumpSoon();
  }

  unwant(topic: string): void {
    for (const told of this.#replica.unwant([topic])) this.#unsubscribed.add(told);
    this.#releaseTimer ??= setTimeout(() => this.#release(), RELEASE_DELAY_MS);
  }

  /** All that is wanted in one turn goes in one call. */
  #pumpSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#pump();
    });
  }

  /** @returns whether there is a new request in flight */
  #pump(): boolean {
    if (!this.socket.connected) return false;
    const request = this.#replica.nextRequest(Date.now());
    if (request === undefined) {
      this.#retryLater();
      return false;
    }
    // First, or what was let go and is wanted again would be lost to its own `unsubscribe`.
    this.#release();
    const sentAtMs = Date.now();
    this.#ackTimer = setTimeout(() => this.#events.silent(), ACK_TIMEOUT_MS);
    this.socket.emit('subscribe', request, (ack) => this.#takeAck(ack, sentAtMs));
    return true;
  }

  #release(): void {
    this.#cancelRelease();
    const unsubscribed = [...this.#unsubscribed];
    this.#unsubscribed.clear();
    if (unsubscribed.length === 0) return;
    for (let first = 0; first < unsubscribed.length; first += LIMITS.namesPerCall) {
      const topics = unsubscribed.slice(first, first + LIMITS.namesPerCall);
      this.socket.emit('unsubscribe', { topics }, () => undefined);
    }
    this.#events.released();
  }

  #cancelRelease(): void {
    clearTimeout(this.#releaseTimer);
    this.#releaseTimer = undefined;
  }

  #retryLater(): void {
    clearTimeout(this.#retryTimer);
    const retryAtMs = this.#replica.nextRequestAtMs();
    if (retryAtMs !== undefined) this.#retryTimer = setTimeout(() => this.#pump(), Math.max(0, retryAtMs - Date.now()));
  }

  #takeAck(ack: SubscribeAck | Refusal, sentAtMs: number): void {
    clearTimeout(this.#ackTimer);
    const nowMs = Date.now();
    if (ack.ok) {
      this.#clock.echo(sentAtMs, ack.at, nowMs);
      this.#replica.acked(ack, nowMs);
      for (const { topic, code, message } of ack.rejected) this.#events.rejected(topic, code, message);
    } else {
      this.#replica.refused(ack, nowMs);
    }
    const hasMore = this.#pump() || this.#replica.nextRequestAtMs() !== undefined;
    if (ack.ok && !hasMore) this.#events.caughtUp();
  }

  #takeFrame(frame: Frame): void {
    this.#events.latency(this.#clock.ageOf(frame.at, Date.now()));
    this.#replica.frame(frame);
    this.#pumpSoon();
  }

  #takeBeat(beat: Beat): void {
    if (beat.to !== undefined) this.socket.emit('seen', { epoch: beat.epoch, seq: beat.to });
    this.#replica.beat(beat);
    this.#events.beat(beat);
    this.#pumpSoon();
  }
}
