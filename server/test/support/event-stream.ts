import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { vi } from 'vitest';

export interface StreamedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** What `curl -N` does: one GET whose answer does not end. */
export class EventStream implements AsyncDisposable {
  readonly response: IncomingMessage;
  readonly events: StreamedEvent[] = [];
  bytes = 0;
  isEnded = false;
  readonly #request: ClientRequest;
  #rest = '';

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('close', () => (this.isEnded = true));
    response.on('error', () => undefined);
  }

  static async open(url: string, topics: string, lastEventId?: string): Promise<EventStream> {
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const sent = request(`${url}/api/stream?topics=${topics}`, { headers, agent: false });
    sent.on('error', () => undefined);
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new EventStream(sent, response);
  }

  /** The first event that fits, now or later. */
  event(fits: (event: StreamedEvent) => boolean): Promise<StreamedEvent> {
    return vi.waitFor(
      () => {
        const found = this.events.find(fits);
        if (found === undefined) throw new Error(`none of ${this.events.length} fits`);
        return found;
      },
      { timeout: 5_000, interval: 5 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.bytes += text.length;
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
      const data: unknown = JSON.parse(fields.get('data') ?? 'null');
      this.events.push({ event: fields.get('event') ?? '', id: fields.get('id') ?? '', data });
    }
  }
}
