import type { SeenEntry } from '../history.ts';
import { readContent, sumOf, topicOf, type RowPlan } from '../rows.ts';
import type { Findings } from './findings.ts';

/** What all readers together say of one topic in one epoch. */
class TopicTestimony {
  readonly entries = new Map<number, string>();
  /** By the number of the newest entry, and by seq: the checksum of the state. */
  readonly sumsByLast = new Map<number, number>();
  readonly sumsBySeq = new Map<number, number>();
}

/** Holds what readers saw against each other: for a number in an epoch there is one content, whoever is asked. */
export class Testimony {
  readonly #plan: RowPlan;
  readonly #findings: Findings;
  /** Of each producer, the newest id that left. */
  readonly #sentTo: ReadonlyMap<string, number>;
  readonly #epochs = new Map<string, { firstSeenT: number; readonly topics: Map<string, TopicTestimony> }>();

  constructor(plan: RowPlan, findings: Findings, sentTo: ReadonlyMap<string, number>) {
    this.#plan = plan;
    this.#findings = findings;
    this.#sentTo = sentTo;
  }

  /** In the order in which they were first seen. */
  get epochs(): string[] {
    return [...this.#epochs].sort(([, a], [, b]) => a.firstSeenT - b.firstSeenT).map(([epoch]) => epoch);
  }

  /** What was seen in an epoch of a topic, by number. */
  entries(epoch: string, topic: string): ReadonlyMap<number, string> {
    return this.#epochs.get(epoch)?.topics.get(topic)?.entries ?? new Map<number, string>();
  }

  entry(t: number, epoch: string, topic: string, [n, content]: SeenEntry): void {
    const { entries } = this.#topic(t, epoch, topic);
    const before = entries.get(n);
    if (before === content) return;
    if (before !== undefined) {
      this.#findings.add('two contents', `entry ${n} of ${topic} in ${epoch} is "${before}" and "${content}"`);
      return;
    }
    entries.set(n, content);
    const row = readContent(this.#plan, content);
    const isSent = row !== undefined && row.id <= (this.#sentTo.get(row.producer) ?? 0);
    if (!isSent || topicOf(this.#plan, row.producer, row.id) !== topic) {
      this.#findings.add('invented', `entry ${n} of ${topic} in ${epoch} is "${content}"`);
    }
  }

  state(t: number, epoch: string, topic: string, seq: number, last: number, sum: number): void {
    const { sumsByLast, sumsBySeq } = this.#topic(t, epoch, topic);
    this.#holdAgainst(sumsByLast, last, sum, `the state of ${topic} in ${epoch} with ${last} entries`);
    this.#holdAgainst(sumsBySeq, seq, sum, `the state of ${topic} in ${epoch} at ${seq}`);
  }

  /** Each state is the one that its entries, in this order, make: the same update brought the field and the entry. */
  checkStates(): void {
    const inherited = new Map<string, ReadonlyMap<number, string>>();
    for (const epoch of this.epochs) {
      for (const [topic, { entries, sumsByLast }] of this.#epochs.get(epoch)?.topics ?? []) {
        const line = new Map([...(inherited.get(topic) ?? []), ...entries]);
        inherited.set(topic, line);
        this.#checkStatesOf(`${topic} in ${epoch}`, line, sumsByLast);
      }
    }
  }

  #checkStatesOf(what: string, line: ReadonlyMap<number, string>, sums: ReadonlyMap<number, number>): void {
    const fields = new Map<string, number>();
    // Beyond an entry that nobody saw nothing can be said.
    for (let n = 1; line.has(n); n++) {
      const row = readContent(this.#plan, line.get(n) as string);
      if (row === undefined) return;
      fields.set(row.producer, row.id);
      const sum = sums.get(n);
      if (sum !== undefined && sum !== sumOf(fields, n)) {
        this.#findings.add('mixed', `the fields of ${what} are not those of its ${n} entries`);
      }
    }
  }

  #holdAgainst(sums: Map<number, number>, key: number, sum: number, what: string): void {
    const before = sums.get(key);
    if (before === undefined) sums.set(key, sum);
    else if (before !== sum) this.#findings.add('two contents', `${what} sums up to ${before} and ${sum}`);
  }

  #topic(t: number, epoch: string, topic: string): TopicTestimony {
    const seen = this.#epochs.get(epoch) ?? { firstSeenT: t, topics: new Map<string, TopicTestimony>() };
    this.#epochs.set(epoch, seen);
    // Files are read one after the other, and each begins anew in time.
    seen.firstSeenT = Math.min(seen.firstSeenT, t);
    const testimony = seen.topics.get(topic) ?? new TopicTestimony();
    seen.topics.set(topic, testimony);
    return testimony;
  }
}
