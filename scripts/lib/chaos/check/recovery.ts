import type { FaultBegan, FaultEnded, FaultKind, ReaderRecord } from '../history.ts';
import { readContent, type RowPlan } from '../rows.ts';

/** How long readers took to be live again after one fault. */
export interface Recovery {
  readonly kind: FaultKind;
  readonly t: number;
  /** Until the next fault, which may be what kept them out from then on. */
  readonly aloneMs: number;
  /** Of each reader that it befell and that came back. */
  readonly tookMs: readonly number[];
  /** Readers that never did. */
  readonly stuck: number;
}

/** From these on, readers of what was killed can go to another instance. */
const KILLS: ReadonlySet<string> = new Set(['kill', 'kill-leader']);
/** Everyone can go on only when these are over. */
const BACK: ReadonlySet<string> = new Set(['kill-all', 'redis-restart', 'redis-hang', 'redis-wipe', 'redis-older']);
interface Waiting {
  readonly kind: FaultKind;
  readonly t: number;
  readonly aloneMs: number;
  /** Whoever killed an instance waits for its readers alone. */
  readonly targets: ReadonlySet<string> | undefined;
  /** Rows that left after Redis was back. */
  readonly newerThan: ReadonlyMap<string, number>;
  readonly tookMs: Map<number, number>;
  readonly befallen: Set<number>;
}

/** Times to recovery, read off the histories of readers. */
export class RecoveryCheck {
  readonly #plan: RowPlan;
  readonly #waiting: readonly Waiting[];
  /** At which instance each reader is now, and of which of `#waiting` it is still to be live again. */
  readonly #places = new Map<number, { at: string | undefined; t: number; pending: Set<Waiting> }>();
  #sorted: Waiting[];

  /**
   * @param newestSent of each producer the newest id that had left at a time
   */
  constructor(
    plan: RowPlan,
    faults: readonly (FaultBegan | FaultEnded)[],
    newestSent: (t: number) => ReadonlyMap<string, number>,
  ) {
    this.#plan = plan;
    const begun = faults.filter((fault): fault is FaultBegan => fault.k === 'fault');
    const aloneMs = (t: number) =>
      Math.min(Infinity, ...begun.filter((other) => other.t > t).map((other) => other.t - t));
    this.#waiting = faults.flatMap((fault): Waiting[] => {
      const { kind, t, targets } = fault;
      const common = { kind, t, aloneMs: aloneMs(t), tookMs: new Map<number, number>(), befallen: new Set<number>() };
      if (fault.k === 'fault' && KILLS.has(kind)) {
        return [{ ...common, targets: new Set(targets), newerThan: new Map() }];
      }
      if (fault.k === 'healed' && BACK.has(kind)) return [{ ...common, targets: undefined, newerThan: newestSent(t) }];
      return [];
    });
    this.#sorted = [...this.#waiting].sort((a, b) => a.t - b.t);
  }

  take(record: ReaderRecord): void {
    const place = this.#places.get(record.r) ?? { at: undefined, t: -Infinity, pending: new Set<Waiting>() };
    this.#places.set(record.r, place);
    for (const waiting of this.#sorted) {
      // Where the reader was when it happened.
      if (waiting.t <= place.t || waiting.t > record.t) continue;
      const isBefallen = waiting.targets === undefined || (place.at !== undefined && waiting.targets.has(place.at));
      if (!isBefallen) continue;
      waiting.befallen.add(record.r);
      place.pending.add(waiting);
    }
    place.t = record.t;
    if (record.k === 'open') place.at = record.at;
    if (record.k === 'close') place.at = undefined;
    for (const waiting of place.pending) {
      if (!this.#isLive(waiting, record)) continue;
      waiting.tookMs.set(record.r, record.t - waiting.t);
      place.pending.delete(waiting);
    }
  }

  recoveries(): Recovery[] {
    return this.#waiting.map(({ kind, t, aloneMs, tookMs, befallen }) => ({
      kind,
      t,
      aloneMs,
      tookMs: [...tookMs.values()].sort((a, b) => a - b),
      stuck: befallen.size - tookMs.size,
    }));
  }

  #isLive({ targets, newerThan }: Waiting, record: ReaderRecord): boolean {
    if (targets !== undefined) return record.k === 'live';
    if (record.k !== 'change') return false;
    return record.news.some(([, content]) => {
      const row = readContent(this.#plan, content);
      return row !== undefined && row.producer !== this.#plan.feed && row.id > (newerThan.get(row.producer) ?? 0);
    });
  }
}
