import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { BoardObserver } from './hub/board.ts';

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

  /** A figure read when it is asked for. */
  gauge(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: ['namespace'],
      registers: [this.#registry],
      collect() {
        for (const [namespace, value] of Object.entries(read())) this.set({ namespace }, value);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
