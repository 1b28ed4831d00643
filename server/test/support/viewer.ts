import type {
  Beat,
  Frame,
  Notice,
  ServerToViewer,
  SubscribeAck,
  SubscribeRequest,
  ViewerToServer,
} from '@bigboard/shared/messages';
import type { Refusal } from '@bigboard/shared/errors';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';

const ANSWER_MS = 5_000;

/** The stock client in one namespace; it keeps all it is sent. */
export class Viewer implements AsyncDisposable {
  readonly socket: Socket<ServerToViewer, ViewerToServer>;
  readonly frames: Frame[] = [];
  readonly beats: Beat[] = [];
  readonly notices: Notice[] = [];

  private constructor(url: string, namespace: ViewerNamespace, headers: Readonly<Record<string, string>>) {
    this.socket = io(`${url}/${namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
    });
    this.socket.on('frame', (frame) => this.frames.push(frame));
    this.socket.on('beat', (beat) => this.beats.push(beat));
    this.socket.on('notice', (notice) => this.notices.push(notice));
  }

  /** Rejects when the server refuses. */
  static async connect(
    url: string,
    namespace: ViewerNamespace = 'markets',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Viewer> {
    const viewer = new Viewer(url, namespace, headers);
    await new Promise<void>((resolve, reject) => {
      viewer.socket.once('connect', resolve);
      viewer.socket.once('connect_error', (error) => {
        viewer.socket.close();
        reject(error);
      });
    });
    return viewer;
  }

  /** Sends anything, whether the server takes it or not. */
  async ask(event: string, ...payload: readonly unknown[]): Promise<unknown> {
    const untyped = this.socket as unknown as Socket;
    return (await untyped.timeout(ANSWER_MS).emitWithAck(event, ...payload)) as unknown;
  }

  async subscribe(request: SubscribeRequest): Promise<SubscribeAck> {
    const ack = await this.socket.timeout(ANSWER_MS).emitWithAck('subscribe', request);
    if (!ack.ok) throw new Error(`refused: ${ack.code}`);
    return ack;
  }

  async refusedSubscribe(request: unknown): Promise<Refusal> {
    const ack = (await this.ask('subscribe', request)) as SubscribeAck | Refusal;
    if (ack.ok) throw new Error('accepted');
    return ack;
  }

  /** The first of a list that fits, now or later. */
  frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    return first(this.frames, fits);
  }

  beat(fits: (beat: Beat) => boolean): Promise<Beat> {
    return first(this.beats, fits);
  }

  notice(code: string): Promise<Notice> {
    return first(this.notices, (notice) => notice.code === code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
  }
}

function first<Item>(items: readonly Item[], fits: (item: Item) => boolean): Promise<Item> {
  return vi.waitFor(
    () => {
      const found = items.find(fits);
      if (found === undefined) throw new Error(`none of ${items.length} fits: ${JSON.stringify(items.at(-1))}`);
      return found;
    },
    { timeout: 5_000, interval: 5 },
  );
}
