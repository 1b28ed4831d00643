/** What the adapter needs of the Redis connection it sends on. */
export interface PubClient {
  publish(channel: string, message: string): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

type MessageListener = (...message: unknown[]) => unknown;

/** What the adapter needs of the Redis connection it listens on. */
export interface SubClient {
  subscribe(...channels: string[]): Promise<unknown>;
  psubscribe(...patterns: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  punsubscribe(...patterns: string[]): Promise<unknown>;
  on(event: string, listener: MessageListener): unknown;
  off(event: string, listener: MessageListener): unknown;
}

/**
 * Sends what can be sent now, and drops and counts the rest: the adapter awaits nothing, so that a failure would be
 * nobody's and end the process. After a failure one text at a time tries whether it works again: all of them would lie in
 * memory for as long as Redis stands still.
 */
export class GuardedPub {
  dropped = 0;
  readonly #client: PubClient;
  #inFlight = 0;
  #isFailing = false;

  constructor(client: PubClient) {
    this.#client = client;
  }

  publish(channel: string, message: string): void {
    if (this.#isFailing && this.#inFlight > 0) {
      this.dropped++;
      return;
    }
    this.#inFlight++;
    this.#client
      .publish(channel, message)
      .then(
        () => (this.#isFailing = false),
        () => {
          this.dropped++;
          this.#isFailing = true;
        },
      )
      .finally(() => this.#inFlight--);
  }

  on(event: 'error', listener: (error: Error) => void): void {
    this.#client.on(event, listener);
  }

  off(event: 'error', listener: (error: Error) => void): void {
    this.#client.off(event, listener);
  }
}

/** Listens, and drops and counts what the adapter cannot read: it would throw where nobody catches. */
export class GuardedSub {
  unreadable = 0;
  readonly #client: SubClient;
  readonly #guarded = new Map<MessageListener, MessageListener>();

  constructor(client: SubClient) {
    this.#client = client;
  }

  subscribe(channels: string[]): void {
    void settle(this.#client.subscribe(...channels));
  }

  psubscribe(pattern: string): void {
    void settle(this.#client.psubscribe(pattern));
  }

  unsubscribe(channels: string[]): void {
    void settle(this.#client.unsubscribe(...channels));
  }

  punsubscribe(pattern: string): void {
    void settle(this.#client.punsubscribe(pattern));
  }

  on(event: string, listener: MessageListener): void {
    if (event === 'error') {
      this.#client.on(event, listener);
      return;
    }
    const guarded = async (...message: unknown[]) => {
      try {
        await listener(...message);
      } catch {
        this.unreadable++;
      }
    };
    this.#guarded.set(listener, guarded);
    this.#client.on(event, guarded);
  }

  off(event: string, listener: MessageListener): void {
    this.#client.off(event, this.#guarded.get(listener) ?? listener);
    this.#guarded.delete(listener);
  }
}

/** The client asks again by itself for what it listens to, on each new connection; at the end there is nothing to be done. */
async function settle(asked: Promise<unknown>): Promise<void> {
  await asked.catch(() => undefined);
}
