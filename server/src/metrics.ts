import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Board, BoardObserver } from './hub/board.ts';
import type { JournalObserver } from './journal/file-journal.ts';
import type { Logger } from './logger.ts';

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
  readonly #journalSyncSeconds: Histogram;
  readonly #journalBytes: Counter;
  readonly #journalFailures: Counter;

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
    this.#journalSyncSeconds = new Histogram({
      name: 'bigboard_journal_sync_seconds',
      help: 'From handing a group to the disk until it would survive the loss of power.',
      buckets: [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
      registers,
    });
    this.#journalBytes = new Counter({
      name: 'bigboard_journal_bytes_total',
      help: 'Written to the journal.',
      registers,
    });
    this.#journalFailures = new Counter({
      name: 'bigboard_journal_failures_total',
      help: 'Times the journal became unable to store.',
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

  /** What a journal goes through: figures for all of it, a line in the log for what somebody on duty should know. */
  journal(log: Logger): JournalObserver {
    return {
      synced: (durationMs, bytes) => {
        this.#journalSyncSeconds.observe(durationMs / 1_000);
        this.#journalBytes.inc(bytes);
      },
      failed: (error) => {
        this.#journalFailures.inc();
        log.error({ err: error }, 'nothing can be stored; reading goes on, and the disk is tried again each second');
      },
      recovered: () => log.info('the journal is written again'),
      rotated: (segment) => log.debug({ segment }, 'a new segment of the journal'),
      rotationFailed: (error) =>
        log.warn({ err: error }, 'the journal could not begin a new segment, or delete an old one'),
    };
  }

  /** Figures of the boards, read when they are asked for. @param watching how many watch, on all instances */
  watch(boards: ReadonlyMap<ViewerNamespace, Board>, watching: () => number): void {
    new Gauge({
      name: 'bigboard_watching',
      help: 'Who watches, on all instances: connections in a viewer namespace, and event streams.',
      registers: [this.#registry],
      collect() {
        this.set(watching());
      },
    });
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
