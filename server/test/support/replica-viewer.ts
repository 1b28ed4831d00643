import type { ServerToViewer, ViewerToServer } from '@bigboard/shared/messages';
import { Replica, type Change } from '@bigboard/shared/replica';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';

const ANSWER_MS = 5_000;

/** The reader's half over a stock client: it comes back by itself and goes on from where it stood. */
export class ReplicaViewer implements AsyncDisposable {
  readonly replica: Replica;
  readonly socket: Socket<ServerToViewer, ViewerToServer>;
  readonly changes: Change[] = [];
  /** Every entry that was news, as `topic n`, in the order of arrival. */
  readonly news: string[] = [];

  constructor(url: string, namespace: ViewerNamespace, topics: readonly string[]) {
    this.replica = new Replica((change) => {
      this.changes.push(change);
      this.news.push(...change.news.map(({ n }) => `${change.topic} ${n}`));
    });
    this.replica.want(topics);
    this.socket = io(`${url}/${namespace}`, { transports: ['websocket'], forceNew: true, reconnectionDelay: 20 });
    this.socket.on('connect', () => {
      this.replica.connected();
      this.#pump();
    });
    this.socket.on('disconnect', () => this.replica.disconnected());
    this.socket.on('frame', (frame) => {
      this.replica.frame(frame);
      this.#pump();
    });
    this.socket.on('beat', (beat) => {
      this.replica.beat(beat);
      this.#pump();
    });
  }

  want(topics: readonly string[]): void {
    this.replica.want(topics);
    this.#pump();
  }

  /** Cuts the connection below Socket.IO, as a lost network does; the stock client comes back by itself. */
  cut(): void {
    this.socket.io.engine.close();
  }

  async settled(topic: string, isThere: (document: TopicDocument) => boolean): Promise<TopicDocument> {
    return vi.waitFor(
      () => {
        const document = this.replica.document(topic);
        if (document === undefined || !isThere(document)) throw new Error(`${topic} is not there yet`);
        return document;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
  }

  #pump(): void {
    const request = this.replica.nextRequest(performance.now());
    if (request === undefined) return;
    this.socket
      .timeout(ANSWER_MS)
      .emitWithAck('subscribe', request)
      .then(
        (ack) => {
          if (ack.ok) this.replica.acked(ack, performance.now());
          else this.replica.refused(ack, performance.now());
          this.#pump();
        },
        // The connection went away with the question; it is asked again on the next one.
        () => undefined,
      );
  }
}
