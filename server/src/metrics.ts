import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Board, BoardObserver } from './hub/board.ts';

interface BoardGauge {
  readonly help: string;
  readonly read: (board: Board) => number;
}

const GAUGES: Readonly<Record<string, BoardGauge>> = {
  bigboard_readers: { help: 'Sockets and streams in the namespace.', read: (board) => board.audience.readers.size },
  bigboard_topics: { help: 'Topics held.', read: (board) => board.hub.documents.size },
  bigboard_cohorts: { help: 'Groups of readers that share frames.', read: (board) => board.audience.cohorts.size },
  bigboard_seq: { help: 'The newest update taken from the log.', read: (board) => board.hub.seq },
};

/** What `/metrics` tells, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #updates: Counter<'namespace'>;
  readonly #frames: Counter<'namespace'>;
  readonly #repairs: Counter<'namespace' | 'outcome'>;
  readonly #flushSeconds: Histogram<'namespace'>;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#updates = new Counter({
      name: 'bigboard_updates_total',
      help: 'Updates taken from the log.',
      labelNames: ['namespace'],
      registers,
    });
    this.#frames = new Counter({
      name: 'bigboard_frames_total',
      help: 'Frames sent to readers.',
      labelNames: ['namespace'],
      registers,
    });
    this.#repairs = new Counter({
      name: 'bigboard_repairs_total',
      help: 'Holes in the log mended from the store.',
      labelNames: ['namespace', 'outcome'],
      registers,
    });
    this.#flushSeconds = new Histogram({
      name: 'bigboard_flush_seconds',
      help: 'From the beginning of a flush to its last frame.',
      labelNames: ['namespace'],
      buckets: [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
      registers,
    });
  }

  observe(namespace: ViewerNamespace): BoardObserver {
    const repair = (outcome: string) => this.#repairs.inc({ namespace, outcome });
    return {
      updatesApplied: (count) => this.#updates.inc({ namespace }, count),
      flushed: (durationMs, frames) => {
        this.#flushSeconds.observe({ namespace }, durationMs / 1_000);
        this.#frames.inc({ namespace }, frames);
      },
      repaired: () => repair('done'),
      repairFailed: () => repair('failed'),
    };
  }

  /** Figures of the boards, read when they are asked for. */
  watch(boards: ReadonlyMap<ViewerNamespace, Board>): void {
    for (const [name, { help, read }] of Object.entries(GAUGES)) {
      new Gauge({
        name,
        help,
        labelNames: ['namespace'],
        registers: [this.#registry],
        collect() {
          for (const [namespace, board] of boards) this.set({ namespace }, read(board));
        },
      });
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
