import { foldUpdates } from '@bigboard/shared/fold';
import type { Seq } from '@bigboard/shared/position';
import { TopicDocument, type DocumentState } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { LogReader } from '../../src/hub/intake.ts';
import type { AppendedBatch, NamespaceState } from '../../src/store/store.ts';
import type { ManualClock } from '../manual-clock.ts';
import { History, type Moment } from './history.ts';
import type { Random } from './random.ts';

/** The log of one namespace, with everything that can happen to one: it answers late, fails, is trimmed, and is lost. */
export class ModelStore implements LogReader {
  readonly histories = new Map<string, History>();
  history: History;
  isAway = false;
  /** An answer has been given since this was last cleared, so that promises are waiting for their turn. */
  hasAnswered = false;
  readonly #clock: ManualClock;
  readonly #random: Random;
  readonly #logLimit: number;
  #documents = new Map<string, TopicDocument>();
  #batches: AppendedBatch[] = [];

  constructor(clock: ManualClock, random: Random, logLimit: number) {
    this.#clock = clock;
    this.#random = random;
    this.#logLimit = logLimit;
    this.history = this.#begin(new Map());
  }

  append(updates: readonly Update[]): AppendedBatch {
    const { epoch, seq: from } = this.history;
    for (const update of updates) this.history.append(update);
    foldUpdates(this.#documents, from, updates);
    const to = this.history.seq;
    const acceptedAtMs = this.#clock.wallMs();
    const batch: AppendedBatch = { namespace: 'markets', producer: 'p', epoch, from, to, updates, acceptedAtMs };
    this.#batches.push(batch);
    return batch;
  }

  /** What an instance pulls now and then: an empty batch at the head of the log. */
  head(): AppendedBatch {
    const { epoch, seq } = this.history;
    return {
      namespace: 'markets',
      producer: '',
      epoch,
      from: seq,
      to: seq,
      updates: [],
      acceptedAtMs: this.#clock.wallMs(),
    };
  }

  state(): NamespaceState {
    const documents = [...this.#documents.values()].map((document) => document.state());
    return { epoch: this.history.epoch, seq: this.history.seq, documents };
  }

  async readAfter(_namespace: string, seq: Seq): Promise<readonly AppendedBatch[] | undefined> {
    const first = this.#batches.findIndex(({ to }) => to > seq);
    const oldest = this.#batches[first];
    const isCovered = seq >= this.history.seq || (oldest !== undefined && oldest.from <= seq);
    const batches = first === -1 ? [] : this.#batches.slice(Math.max(0, first - this.#random.below(2)));
    return this.#answer(isCovered ? this.#joinSome(batches) : undefined);
  }

  async load(): Promise<NamespaceState> {
    return this.#answer(this.state());
  }

  trim(): void {
    this.#batches.splice(0, this.#random.between(0, this.#batches.length));
  }

  /** The log is lost and begins anew, empty or with what the furthest replica held; see section 5 of the design. */
  loseEverything(furthest: { readonly seq: Seq; readonly documents: ReadonlyMap<string, TopicDocument> } | undefined) {
    const seeds = furthest === undefined ? new Map<string, Moment>() : this.history.topicsAt(furthest.seq);
    const documents = [...(furthest?.documents.values() ?? [])].map((document) => asSeed(document.state()));
    this.history = this.#begin(seeds);
    this.#documents = new Map(documents.map((state) => [state.topic, TopicDocument.restore(state)]));
    this.#batches = [];
  }

  /** A log need not be read in the batches it was written in. */
  #joinSome(batches: readonly AppendedBatch[]): AppendedBatch[] {
    const joined: AppendedBatch[] = [];
    for (const batch of batches) {
      const last = joined.at(-1);
      if (last === undefined || this.#random.chance(0.5)) joined.push(batch);
      else joined[joined.length - 1] = { ...last, to: batch.to, updates: [...last.updates, ...batch.updates] };
    }
    return joined;
  }

  #begin(seeds: ReadonlyMap<string, Moment>): History {
    const history = new History(`e${this.histories.size + 1}`, this.#logLimit, seeds);
    this.histories.set(history.epoch, history);
    return history;
  }

  #answer<Answer>(answer: Answer): Promise<Answer> {
    const isAway = this.isAway;
    return new Promise((resolve, reject) => {
      this.#clock.after(this.#random.pick([0, 1, 10, 200]), () => {
        this.hasAnswered = true;
        if (isAway) reject(new Error('away'));
        else resolve(answer);
      });
    });
  }
}

function asSeed(state: DocumentState): DocumentState {
  return {
    ...state,
    seq: 0,
    floor: 0,
    numberedSince: 0,
    fields: state.fields.filter(([, value]) => value !== null).map(([name, value]) => [name, value, 0]),
    log: state.log.map(([n, time, entry]) => [n, time, entry, 0]),
  };
}
