import { logLimitOf } from '@bigboard/shared/kinds';
import type { Changed, Odd } from '../history.ts';
import type { Findings } from './findings.ts';
import type { Testimony } from './testimony.ts';

interface Place {
  readonly epoch: string;
  readonly seq: number;
  /** Number of its newest entry. */
  readonly last: number;
}

/** What one reader was shown, in the order it was shown. */
export class ReaderCheck {
  readonly #reader: number;
  readonly #findings: Findings;
  readonly #testimony: Testimony;
  readonly #places = new Map<string, Place>();
  readonly #leftEpochs = new Set<string>();
  #epoch: string | undefined;

  constructor(reader: number, findings: Findings, testimony: Testimony) {
    this.#reader = reader;
    this.#findings = findings;
    this.#testimony = testimony;
  }

  change(change: Changed): void {
    const { t, topic, epoch, seq, sum, last, news, full, log = [] } = change;
    if (change.removed) {
      this.#tell('final state', change, 'the topic is gone');
      this.#places.delete(topic);
      return;
    }
    this.#enter(change);
    for (const entry of [...log, ...news]) this.#testimony.entry(t, epoch, topic, entry);
    this.#testimony.state(t, epoch, topic, seq, last, sum);
    const before = this.#places.get(topic);
    this.#places.set(topic, { epoch, seq, last });
    if (before === undefined || before.epoch !== epoch) {
      if (full === 0) this.#tell('mixed', change, `a part of ${epoch} on top of ${before?.epoch ?? 'nothing'}`);
      return;
    }
    if (seq < before.seq) this.#tell('gone back', change, `from ${before.seq} to ${seq}`);
    // Numbering that began anew makes all entries news.
    if (full !== 2) this.#checkNews(change, before.last);
  }

  odd({ t, mismatches, failures }: Odd): void {
    if (failures > 0) {
      const text = `${failures} answers were parts of what it does not have, as of another epoch`;
      this.#findings.add('mixed', `reader ${this.#reader} at ${formatT(t)}: ${text}`);
    }
    if (mismatches > 0) {
      this.#findings.add('mixed', `reader ${this.#reader} at ${formatT(t)}: ${mismatches} checksums did not match`);
    }
  }

  #enter(change: Changed): void {
    const { epoch } = change;
    if (epoch === this.#epoch) return;
    if (this.#leftEpochs.has(epoch)) this.#tell('gone back', change, `from epoch ${this.#epoch} to ${epoch}`);
    if (this.#epoch !== undefined) this.#leftEpochs.add(this.#epoch);
    this.#epoch = epoch;
  }

  #checkNews(change: Changed, lastBefore: number): void {
    const { topic, news, last } = change;
    let newest = lastBefore;
    for (const [n] of news) {
      if (n <= newest) {
        this.#tell(n <= lastBefore ? 'duplicated' : 'reordered', change, `entry ${n} is news after ${newest}`);
      } else if (n > newest + 1 && n > last - logLimitOf(topic) + 1) {
        this.#tell('missed', change, `entry ${n} came after ${newest}`);
      }
      newest = Math.max(newest, n);
    }
    if (last < newest) this.#tell('gone back', change, `entry ${last} is the newest after ${newest}`);
    else if (last > newest) this.#tell('missed', change, `entry ${last} is the newest, ${newest} the newest news`);
  }

  #tell(kind: Parameters<Findings['add']>[0], { t, topic }: Changed, text: string): void {
    this.#findings.add(kind, `reader ${this.#reader} at ${formatT(t)}, ${topic}: ${text}`);
  }
}

/** @param t milliseconds of the run */
export function formatT(t: number): string {
  return `${(t / 1_000).toFixed(2)} s`;
}
