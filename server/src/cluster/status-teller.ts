import { instanceStatusSchema, type ClusterStatus, type InstanceStatus } from '@bigboard/shared/operations';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Bus } from '../store/bus.ts';
import type { Leases } from '../store/leases.ts';
import type { StoreStatus } from '../store/store-status.ts';
import type { Store } from '../store/store.ts';
import type { BoardFigures, TurnMeter } from './figures.ts';
import { Roster } from './roster.ts';

const INTERVAL_MS = 1_000;
const CHANNEL = 'status';

export interface StatusParts {
  /** The id is another one after each start. */
  readonly self: { readonly id: string; readonly name: string; readonly version: string };
  readonly boards: ReadonlyMap<ViewerNamespace, Board>;
  readonly figures: ReadonlyMap<ViewerNamespace, BoardFigures>;
  readonly turns: TurnMeter;
  readonly store: Store;
  readonly storeStatus: () => StoreStatus;
  readonly leases: Pick<Leases, 'holders'>;
  /** How many watch on this instance. */
  readonly viewers: () => number;
  readonly readiness: () => { readonly isReady: boolean; readonly degraded: readonly string[] };
  /** Absent where this instance is alone. */
  readonly bus?: Bus;
  readonly clock: Clock;
}

/** Tells the other instances each second how this one does, and knows what they have told. */
export class StatusTeller {
  readonly #parts: StatusParts;
  readonly #roster = new Roster();
  readonly #startedMs: number;
  readonly #listeners = new Set<(status: ClusterStatus) => void>();
  readonly #ends: Cancel[] = [];
  /** Texts of others that are none: of a version that tells something else. */
  unreadable = 0;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    this.#startedMs = parts.clock.monotonicMs();
  }

  start(): void {
    const { bus, clock } = this.#parts;
    if (bus !== undefined) {
      this.#ends.push(
        bus.onMessage((channel, text) => {
          if (channel === CHANNEL) this.#hear(text);
        }),
      );
    }
    this.#ends.push(clock.every(INTERVAL_MS, () => this.#tell()));
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  /** Hears all there is to tell, each second. */
  onTold(listener: (status: ClusterStatus) => void): void {
    this.#listeners.add(listener);
  }

  current(): ClusterStatus {
    const { clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#roster.hear(this.#own(), nowMs);
    return { at: clock.wallMs(), instances: this.#roster.list(nowMs) };
  }

  /** How many watch, on all instances. */
  watching(): number {
    const { self, viewers, clock } = this.#parts;
    return viewers() + this.#roster.viewersElsewhere(self.id, clock.monotonicMs());
  }

  #tell(): void {
    const status = this.current();
    const own = status.instances.find(({ instance }) => instance === this.#parts.self.id);
    this.#parts.bus?.publish(CHANNEL, JSON.stringify(own));
    for (const listener of this.#listeners) listener(status);
  }

  #hear(text: string): void {
    const parsed = instanceStatusSchema.safeParse(parse(text));
    if (parsed.success) this.#roster.hear(parsed.data, this.#parts.clock.monotonicMs());
    else this.unreadable++;
  }

  #own(): InstanceStatus {
    const { self, boards, figures, turns, store, storeStatus, leases, viewers, readiness, clock } = this.#parts;
    const { isReady, degraded } = readiness();
    const { link, repairs, epochs } = storeStatus();
    const { failure } = store;
    const boardRepairs = [...figures.values()].reduce((sum, each) => sum + each.repairs, 0);
    return {
      instance: self.id,
      name: self.name,
      version: self.version,
      uptimeMs: Math.round(clock.monotonicMs() - this.#startedMs),
      isDraining: !isReady,
      degraded: [...degraded],
      viewers: viewers(),
      namespaces: Object.fromEntries(
        [...boards].map(([name, board]) => [name, namespaceStatus(board, figures.get(name))]),
      ),
      turnMs: roundBoth(turns.turnMs()),
      leases: Object.fromEntries(leases.holders()),
      store: {
        description: store.description,
        ...(failure === undefined ? {} : { failure }),
        ...(link === undefined ? {} : { link: { ...link } }),
        repairs: repairs + boardRepairs,
        epochs,
      },
    };
  }
}

function namespaceStatus({ hub, audience }: Board, figures: BoardFigures | undefined) {
  return {
    epoch: hub.epoch,
    seq: hub.seq,
    readers: audience.readers.size,
    topics: hub.documents.size,
    updatesPerSecond: round(figures?.updatesPerSecond() ?? 0),
    flushMs: roundBoth(figures?.flushMs() ?? { p50: 0, p99: 0 }),
  };
}

function roundBoth({ p50, p99 }: { readonly p50: number; readonly p99: number }) {
  return { p50: round(p50), p99: round(p99) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
