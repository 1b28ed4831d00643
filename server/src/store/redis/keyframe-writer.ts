import type { Epoch, Seq } from '@bigboard/shared/position';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { Cancel, Clock } from '../../clock.ts';
import type { Logger } from '../../logger.ts';
import { RETAINED_UPDATES } from '../batch-window.ts';
import type { Candidate } from '../leases.ts';
import { RedisFailure } from './redis-failure.ts';
import type { RedisLink } from './redis-link.ts';
import type { Replica } from './replica.ts';
import { runKeyframe, type DocumentText, type KeyframeStep } from './scripts.ts';

const LOOK_INTERVAL_MS = 1_000;
/** The documents of a calm namespace are written this seldom: whoever loads folds the log since. */
const KEYFRAME_INTERVAL_MS = 5_000;
/** Before the log has grown by what it would have to keep anyway. */
const KEYFRAME_UPDATES = RETAINED_UPDATES / 2;
const STEP_BYTES = 262_144;

/**
 * Writes the documents of a namespace to Redis now and then, so that an instance that starts need not fold the log from its
 * beginning, and cuts off what of the log nobody needs any more. One instance does it for all; were it two, no harm would
 * come of it.
 */
export class KeyframeWriter implements Candidate {
  readonly #replica: Replica;
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #log: Logger;
  #cancel: Cancel | undefined;
  #writing: Promise<void> | undefined;
  #epoch: Epoch | undefined;
  /** The keyframe there is, as far as this instance knows. */
  #base: Seq | undefined;
  /** Documents removed up to here are in Redis no longer. */
  #clearedTo: Seq = -1;
  #writtenAtMs = -Infinity;

  constructor(replica: Replica, link: RedisLink, clock: Clock, log: Logger) {
    this.#replica = replica;
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
  }

  async lead(): Promise<void> {
    this.#cancel = this.#clock.every(LOOK_INTERVAL_MS, () => this.#look());
  }

  async follow(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#epoch = undefined;
    await this.#writing;
  }

  /** Writes what has changed, however little. @throws RedisFailure */
  async write(): Promise<void> {
    const { verified, log } = this.#replica;
    if (verified === undefined || verified.epoch !== log.epoch) return;
    if (this.#epoch !== verified.epoch) await this.#begin(verified.epoch);
    const { seq } = log;
    const base = this.#base;
    if (base === undefined || seq < base || this.#epoch !== verified.epoch) return;
    const changed = [...log.documents.values()].filter((document) => document.seq > base);
    const removed = [...log.documents.values()].filter(
      (document) => document.removed && document.seq <= base && document.seq > this.#clearedTo,
    );
    const gone = removed.map(({ topic, seq: goneAt }) => ({ topic, seq: goneAt, state: undefined }));
    const captured = changed.map((document) => document.capture());
    const trimTo = Math.min(log.firstKept, seq);
    for (const documents of steps(gone, captured)) {
      const isLast = documents === undefined;
      const step: KeyframeStep = isLast ? { base, documents: [], keyframe: seq, trimTo } : { base, documents };
      const stored = await runKeyframe(this.#link, this.#replica.keys, verified.epoch, step);
      if (stored !== (isLast ? Math.max(seq, base) : base)) {
        this.#epoch = undefined;
        return;
      }
    }
    this.#base = seq;
    this.#clearedTo = base;
    this.#writtenAtMs = this.#clock.monotonicMs();
  }

  async #begin(epoch: Epoch): Promise<void> {
    const keyframe = await this.#link.command('GET', this.#replica.keys.of(epoch).keyframe);
    this.#base = keyframe === null ? undefined : Number(keyframe);
    this.#clearedTo = -1;
    this.#epoch = epoch;
  }

  #look(): void {
    if (this.#writing !== undefined || this.#replica.verified === undefined) return;
    const { seq } = this.#replica.log;
    const isDue =
      this.#clock.monotonicMs() - this.#writtenAtMs >= KEYFRAME_INTERVAL_MS ||
      seq - (this.#base ?? 0) >= KEYFRAME_UPDATES;
    if (!isDue || (this.#epoch === this.#replica.verified.epoch && seq === this.#base)) return;
    this.#writing = this.write()
      .catch((error: unknown) => {
        if (!(error instanceof RedisFailure)) throw error;
        this.#log.debug({ err: error, namespace: this.#replica.namespace }, 'documents could not be written');
        this.#epoch = undefined;
      })
      .finally(() => (this.#writing = undefined));
  }
}

/** So much at a time that nobody else waits for long; undefined in the end, for the last step. */
function* steps(
  gone: readonly DocumentText[],
  captured: readonly (() => DocumentState)[],
): Generator<readonly DocumentText[] | undefined> {
  let step: DocumentText[] = [...gone];
  let bytes = 0;
  for (const capture of captured) {
    const document = capture();
    const state = JSON.stringify(document);
    step.push({ topic: document.topic, seq: document.seq, state });
    bytes += state.length;
    if (bytes < STEP_BYTES) continue;
    yield step;
    step = [];
    bytes = 0;
  }
  if (step.length > 0) yield step;
  yield undefined;
}
