import type { ServerToViewer, ViewerToServer } from '@bigboard/shared/messages';
import { Replica, type Change } from '@bigboard/shared/replica';
import { io, type Socket } from 'socket.io-client';
import type { Random } from '../random.ts';
import { monotonicMs, type ReaderRecord, type SeenEntry } from './history.ts';

/** Where an instance can be reached. */
export interface ReaderTarget {
  readonly instance: string;
  readonly url: string;
}

type ViewerSocket = Socket<ServerToViewer, ViewerToServer>;

const ANSWER_MS = 5_000;
const CONNECT_MS = 3_000;
/** Several beats missed: the connection, or whoever is at its other end, is as good as dead. */
const SILENCE_MS = 4_000;
const RETRY_MS = { least: 50, most: 500 };
/** A topic that the board did not know is asked for again. */
const WANT_AGAIN_MS = 1_000;

/**
 * A reader as the page is one: a stock client and a replica. It comes back by itself, to any instance, goes on from where it
 * stood, and writes down what it was shown.
 */
export class ReaderClient {
  readonly replica: Replica;
  readonly topics: readonly string[];
  readonly #number: number;
  readonly #targets: readonly ReaderTarget[];
  readonly #random: Random;
  readonly #write: (record: ReaderRecord) => void;
  readonly #beganMs: number;
  #socket: ViewerSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #heardAtMs = 0;
  #wantedAtMs = 0;
  #isLive = false;
  #isClosed = false;
  #counts = { gaps: 0, mismatches: 0, failures: 0 };

  constructor(
    number: number,
    topics: readonly string[],
    targets: readonly ReaderTarget[],
    random: Random,
    beganMs: number,
    write: (record: ReaderRecord) => void,
  ) {
    this.#number = number;
    this.topics = topics;
    this.#targets = targets;
    this.#random = random;
    this.#beganMs = beganMs;
    this.#write = write;
    this.replica = new Replica((change) => this.#changed(change));
    this.replica.want(topics);
  }

  /** Holds all its topics, complete and without a gap. */
  get isLive(): boolean {
    return this.#isLive;
  }

  connect(): void {
    if (this.#isClosed) return;
    const { instance, url } = this.#random.pick(this.#targets);
    const socket: ViewerSocket = io(`${url}/markets`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_MS,
    });
    this.#socket = socket;
    const mine = (take: () => void) => () => {
      if (this.#socket === socket) take();
    };
    socket.on(
      'connect',
      mine(() => {
        this.#heardAtMs = monotonicMs();
        this.#write({ k: 'open', ...this.#stamp(), at: instance });
        this.replica.connected();
        this.#pump();
      }),
    );
    socket.on('frame', (frame) => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.replica.frame(frame);
      this.#settle();
    });
    socket.on('beat', (beat) => {
      if (this.#socket !== socket) return;
      this.#heard();
      this.replica.beat(beat);
      if (beat.to !== undefined) socket.emit('seen', { epoch: beat.epoch, seq: beat.to });
      this.#settle();
    });
    socket.on('disconnect', (reason) => mine(() => this.#lost(reason))());
    socket.on('connect_error', () => mine(() => this.#lost(undefined))());
    // A handshake into a connection that nobody answers ends by this alone.
    const timer = setTimeout(
      mine(() => {
        if (!socket.connected) this.#lost(undefined);
      }),
      CONNECT_MS,
    );
    timer.unref();
  }

  /** To be called a few times a second. */
  tick(): void {
    if (this.#socket?.connected !== true) return;
    const nowMs = monotonicMs();
    if (nowMs - this.#heardAtMs > SILENCE_MS) return this.#lost('silence');
    if (nowMs - this.#wantedAtMs > WANT_AGAIN_MS) {
      this.#wantedAtMs = nowMs;
      this.replica.want(this.topics);
    }
    this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.disconnect();
  }

  /** The topics as it has them in the end. */
  finish(): void {
    for (const topic of this.topics) {
      const document = this.replica.document(topic);
      const { epoch } = this.replica;
      if (document === undefined || epoch === undefined) continue;
      const fields = document.values() as Record<string, unknown>;
      this.#write({
        k: 'final',
        ...this.#stamp(),
        topic,
        epoch,
        last: document.lastEntry,
        fields,
        log: document.log.map(seen),
      });
    }
  }

  #stamp(): { readonly t: number; readonly r: number } {
    return { t: Math.round((monotonicMs() - this.#beganMs) * 10) / 10, r: this.#number };
  }

  #heard(): void {
    this.#heardAtMs = monotonicMs();
  }

  /** @param why undefined when it had not been open */
  #lost(why: string | undefined): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isLive = false;
    socket?.disconnect();
    socket?.io.engine?.close();
    this.replica.disconnected();
    if (why !== undefined) this.#write({ k: 'close', ...this.#stamp(), why });
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => this.connect(), this.#random.between(RETRY_MS.least, RETRY_MS.most));
  }

  #changed({ topic, document, full, news, removed }: Change): void {
    const { epoch = '' } = this.replica;
    this.#write({
      ...{ k: 'change', ...this.#stamp(), topic, epoch, seq: document.seq, full, last: document.lastEntry },
      ...{ sum: removed ? 0 : document.sum(), news: news.map(seen) },
      ...(full !== 0 && { log: document.log.map(seen) }),
      ...(removed && { removed: true }),
    });
  }

  #settle(): void {
    const { gaps, mismatches, failures } = this.replica.counts;
    const before = this.#counts;
    if (gaps + mismatches + failures !== before.gaps + before.mismatches + before.failures) {
      this.#counts = { gaps, mismatches, failures };
      this.#write({
        ...{ k: 'odd', ...this.#stamp(), gaps: gaps - before.gaps },
        ...{ mismatches: mismatches - before.mismatches, failures: failures - before.failures },
      });
    }
    this.#pump();
    const isWhole =
      this.#socket !== undefined &&
      this.replica.nextRequestAtMs() === undefined &&
      this.topics.every((topic) => this.replica.isHeld(topic)) &&
      this.replica.position !== undefined;
    if (isWhole && !this.#isLive) {
      this.#isLive = true;
      this.#write({ k: 'live', ...this.#stamp() });
    }
  }

  #pump(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const request = this.replica.nextRequest(monotonicMs());
    if (request === undefined) return;
    socket.timeout(ANSWER_MS).emit('subscribe', request, (error, ack) => {
      if (this.#socket !== socket) return;
      if (error !== null) {
        // No answer: a connection that is still open is given up, as the protocol says.
        if (socket.connected) this.#lost('no answer');
        return;
      }
      this.#heard();
      if (ack.ok) this.replica.acked(ack, monotonicMs());
      else this.replica.refused(ack, monotonicMs());
      this.#settle();
    });
  }
}

function seen({ n, entry }: { readonly n: number; readonly entry: unknown }): SeenEntry {
  return [n, typeof entry === 'string' ? entry : JSON.stringify(entry)];
}
