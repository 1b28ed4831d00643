import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ProxyLink, type Direction, type LinkConditions } from './proxy-link.ts';

export type { Direction, LinkConditions } from './proxy-link.ts';

export interface FaultProxyOptions {
  /** Where what comes in goes to. */
  readonly port: number;
  readonly host?: string;
  /**
   * Tells connections apart by what the client says on them, piece by piece, until it has an answer. Faults can then be
   * brought about on the links of one label only.
   */
  readonly labelOf?: (piece: Buffer) => string | undefined;
}

/**
 * A TCP proxy that does to connections what networks do: cuts and refuses them, swallows what goes one way or both, delays
 * it, and lets it trickle.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: FaultProxyOptions;
  readonly #links = new Set<ProxyLink>();
  /** By label; the key undefined is of all links. */
  readonly #conditions = new Map<string | undefined, LinkConditions>();
  #refused = new Set<string | undefined>();

  private constructor(server: Server, options: FaultProxyOptions) {
    this.#server = server;
    this.#options = options;
    server.on('connection', (client) => this.#accept(client));
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FaultProxy(server, options);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections there are now, of one label or of all. */
  count(label?: string): number {
    return this.#of(label).length;
  }

  /**
   * Cuts connections at once, without a goodbye.
   * @param isHit which of them, from 0 on in the order they came; all when absent
   */
  cut(label?: string, isHit: (index: number) => boolean = () => true): void {
    this.#of(label)
      .filter((_, index) => isHit(index))
      .forEach((link) => link.cut());
  }

  /** From now on new connections, of one label or all, are cut as soon as they are known to be such. */
  refuse(label?: string): void {
    this.#refused.add(label);
  }

  /** What goes one way, or both, is taken and never arrives. A label's conditions replace those of all. */
  blackhole(direction: Direction | 'both', label?: string): void {
    const swallowed: readonly Direction[] = direction === 'both' ? ['up', 'down'] : [direction];
    this.set({ swallows: new Set(swallowed) }, label);
  }

  /** Conditions of the links there are and of those to come. */
  set(conditions: LinkConditions, label?: string): void {
    this.#conditions.set(label, conditions);
    for (const link of this.#links) this.#apply(link);
  }

  /**
   * The network is well again. What was swallowed stays lost, so connections that lost something are cut: no TCP goes on
   * with a hole in it.
   */
  heal(): void {
    this.#conditions.clear();
    this.#refused = new Set();
    for (const link of this.#links) {
      if (link.hasLost) link.cut();
      else this.#apply(link);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links) link.cut();
    await new Promise((done) => this.#server.close(done));
  }

  #accept(client: Socket): void {
    if (this.#refused.has(undefined)) {
      client.resetAndDestroy();
      return;
    }
    const { port, host = '127.0.0.1', labelOf } = this.#options;
    const link = new ProxyLink(client, connect({ port, host, noDelay: true }), (piece) => {
      if (link.label !== undefined || labelOf === undefined) return;
      link.label = labelOf(piece);
      if (link.label === undefined) return;
      if (this.#refused.has(link.label)) link.cut();
      else this.#apply(link);
    });
    this.#links.add(link);
    link.onClose(() => this.#links.delete(link));
    this.#apply(link);
    link.start();
  }

  #apply(link: ProxyLink): void {
    const own = link.label === undefined ? undefined : this.#conditions.get(link.label);
    link.conditions = own ?? this.#conditions.get(undefined) ?? {};
  }

  #of(label: string | undefined): ProxyLink[] {
    return [...this.#links].filter((link) => label === undefined || link.label === label);
  }
}
