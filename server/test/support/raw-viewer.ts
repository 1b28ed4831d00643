import { once } from 'node:events';
import { WebSocket } from 'ws';
import { vi } from 'vitest';

/** A bare WebSocket that speaks Engine.IO and Socket.IO by hand, and may stop reading or say what no client would. */
export class RawViewer implements AsyncDisposable {
  readonly webSocket: WebSocket;
  /** Every text as it came, pings of the engine included. */
  readonly texts: string[] = [];
  closeCode: number | undefined;

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data: Buffer) => {
      const text = data.toString();
      this.texts.push(text);
      if (text === '2') webSocket.send('3');
    });
    webSocket.on('close', (code) => (this.closeCode = code));
    webSocket.on('error', () => undefined);
  }

  /** Stands at an open engine, in no namespace yet. */
  static async open(
    url: string,
    options: { readonly origin?: string; readonly query?: string } = {},
  ): Promise<RawViewer> {
    const { origin, query = 'EIO=4&transport=websocket' } = options;
    const address = `${url.replace('http', 'ws')}/socket.io/?${query}`;
    const webSocket = new WebSocket(address, origin === undefined ? {} : { origin });
    const viewer = new RawViewer(webSocket);
    await once(webSocket, 'open');
    return viewer;
  }

  /** In a namespace. */
  static async connect(url: string, namespace = '/markets'): Promise<RawViewer> {
    const viewer = await RawViewer.open(url);
    viewer.send(`40${namespace},`);
    await viewer.text((text) => text.startsWith(`40${namespace},`));
    return viewer;
  }

  send(...texts: readonly string[]): void {
    for (const text of texts) this.webSocket.send(text);
  }

  /** The first text that fits, now or later. */
  text(fits: (text: string) => boolean): Promise<string> {
    return vi.waitFor(
      () => {
        const found = this.texts.find(fits);
        if (found === undefined) throw new Error(`no such text; the last is ${this.texts.at(-1)?.slice(0, 200)}`);
        return found;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  /** Payloads of an event in `/markets`. */
  events(event: string): unknown[] {
    const opening = `42/markets,["${event}",`;
    return this.texts
      .filter((text) => text.startsWith(opening))
      .map((text) => (JSON.parse(text.slice('42/markets,'.length)) as unknown[])[1]);
  }

  async closed(timeout = 5_000): Promise<number> {
    return vi.waitFor(
      () => {
        if (this.closeCode === undefined) throw new Error('still open');
        return this.closeCode;
      },
      { timeout, interval: 5 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.terminate();
  }
}
