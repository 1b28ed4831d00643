import type { Seq } from '@bigboard/shared/position';
import { Cohort, cohortKey } from './cohort.ts';
import type { Hub } from './hub.ts';
import type { Reader } from './reader.ts';

/** Who holds what and who lacks something: readers in their cohorts, and the cohorts found by topic. */
export class Cohorts {
  /** Cohorts with something to send, to all of them or to one. */
  readonly pending = new Set<Cohort>();
  readonly #hub: Hub;
  readonly #byKey = new Map<string, Cohort>();
  readonly #byTopic = new Map<string, Set<Cohort>>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  get size(): number {
    return this.#byKey.size;
  }

  holding(topic: string): ReadonlySet<Cohort> {
    return this.#byTopic.get(topic) ?? NONE;
  }

  /** Puts the reader where its topics and pace belong; with no topics, nowhere. */
  place(reader: Reader, topics: ReadonlySet<string>): void {
    this.remove(reader);
    if (topics.size === 0) return;
    const key = cohortKey(topics, reader.maxPerSecond);
    const cohort = this.#byKey.get(key) ?? this.#create(key, topics, reader);
    cohort.readers.add(reader);
    reader.cohort = cohort;
    this.look(reader);
  }

  /** Puts a reader that lacks something among those a flush looks at, even when nothing new comes. */
  look(reader: Reader): void {
    const { cohort } = reader;
    if (cohort === undefined || !this.lacks(reader, cohort)) return;
    cohort.due.add(reader);
    this.await(cohort);
  }

  /** Puts a cohort among those a flush looks at. One that is paused would be looked at for nothing, again and again. */
  await(cohort: Cohort): void {
    if (!cohort.isPaused) this.pending.add(cohort);
  }

  lacks(reader: Reader, cohort: Cohort): boolean {
    return reader.sentTo < cohort.changedTo || reader.epoch !== this.#hub.epoch;
  }

  /** Rule 6: in a new epoch everybody starts over. */
  startOver(): void {
    for (const cohort of this.#byKey.values()) {
      cohort.sentTo = this.#hub.seq;
      cohort.changedTo = this.#changedTo(cohort.topics);
      for (const reader of cohort.readers) {
        reader.moveTo(0);
        this.look(reader);
      }
    }
  }

  remove(reader: Reader): void {
    const { cohort } = reader;
    // A flush under way may have a frame for it.
    reader.revision++;
    if (cohort === undefined) return;
    reader.cohort = undefined;
    cohort.readers.delete(reader);
    cohort.due.delete(reader);
    if (cohort.readers.size > 0) return;
    this.#byKey.delete(cohort.key);
    this.pending.delete(cohort);
    for (const topic of cohort.topics) {
      const holding = this.#byTopic.get(topic);
      holding?.delete(cohort);
      if (holding?.size === 0) this.#byTopic.delete(topic);
    }
  }

  #create(key: string, topics: ReadonlySet<string>, first: Reader): Cohort {
    const cohort = new Cohort(key, topics, first.maxPerSecond, first.sentTo, this.#changedTo(topics));
    this.#byKey.set(key, cohort);
    for (const topic of topics) {
      const holding = this.#byTopic.get(topic);
      if (holding === undefined) this.#byTopic.set(topic, new Set([cohort]));
      else holding.add(cohort);
    }
    return cohort;
  }

  #changedTo(topics: ReadonlySet<string>): Seq {
    let newest = 0;
    for (const topic of topics) newest = Math.max(newest, this.#hub.documents.get(topic)?.seq ?? 0);
    return newest;
  }
}

const NONE: ReadonlySet<Cohort> = new Set();
