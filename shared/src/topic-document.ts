import { crc32 } from './crc32.ts';
import type { Delta, Full } from './delta.ts';
import type { Json } from './json.ts';
import { logLimitOf } from './kinds.ts';
import { LIMITS } from './limits.ts';
import type { Seq } from './position.ts';
import type { Update } from './update.ts';

/** A field's newest value and the update that brought it. A `null` value is a tombstone: the field is gone since `seq`. */
export class Field {
  readonly name: string;
  readonly value: Json;
  readonly seq: Seq;
  #json: string | undefined;

  constructor(name: string, value: Json, seq: Seq) {
    this.name = name;
    this.value = value;
    this.seq = seq;
  }

  /** `"name":value`, made once however many readers it goes to. */
  get json(): string {
    return (this.#json ??= `${JSON.stringify(this.name)}:${JSON.stringify(this.value)}`);
  }
}

/** A numbered log entry and the update that brought it. */
export class Entry {
  readonly n: number;
  /** Event time, milliseconds since 1970 UTC. */
  readonly time: number;
  readonly entry: Json;
  readonly seq: Seq;
  #json: string | undefined;

  constructor(n: number, time: number, entry: Json, seq: Seq) {
    this.n = n;
    this.time = time;
    this.entry = entry;
    this.seq = seq;
  }

  /** `[n,time,entry]`, made once. */
  get json(): string {
    return (this.#json ??= JSON.stringify([this.n, this.time, this.entry]));
  }
}

/** What a reader lacks, oldest entry first. `full` says whether it replaces what the reader has. */
export interface Changes {
  readonly full: Full;
  readonly fields: readonly Field[];
  readonly entries: readonly Entry[];
}

/** A document as plain JSON, with all it remembers. */
export interface DocumentState {
  readonly topic: string;
  readonly time: number;
  readonly seq: Seq;
  readonly floor: Seq;
  readonly numberedSince: Seq;
  readonly removed: boolean;
  /** Tombstones too, as `null`. */
  readonly fields: readonly (readonly [name: string, value: Json, seq: Seq])[];
  readonly log: readonly (readonly [n: number, time: number, entry: Json, seq: Seq])[];
}

const NOTHING: Changes = { full: 0, fields: [], entries: [] };

/**
 * The state of one topic, folded from its updates. It remembers for each field and entry the `seq` that brought it, so
 * that one delta can be made for any reader at any time, and nothing has to be queued for anyone.
 *
 * A document is folded from updates where the log is, and from deltas where it is read; both ways end in the same state.
 */
export class TopicDocument {
  readonly topic: string;
  /** Event time of the newest update. */
  time = 0;
  /** The newest update of this topic. */
  seq: Seq;
  /** A reader below it gets a full answer: the document no longer remembers what was deleted before. */
  floor: Seq;
  /** The update with which the numbering of the entries began. */
  numberedSince: Seq;
  /** The number of the newest entry; 0 if there is none. */
  lastEntry = 0;
  /** True until something is written, and again after a reset that writes nothing. */
  removed = true;
  readonly #fields = new Map<string, Field>();
  #log: Entry[] = [];
  #tombstones = 0;
  readonly #logLimit: number;

  /** @param before the seq before its first update, which is where the topic's life begins */
  constructor(topic: string, before: Seq) {
    this.topic = topic;
    this.seq = before;
    this.floor = before;
    this.numberedSince = before + 1;
    this.#logLimit = logLimitOf(topic);
  }

  static restore(state: DocumentState): TopicDocument {
    const document = new TopicDocument(state.topic, state.seq);
    document.time = state.time;
    document.floor = state.floor;
    document.numberedSince = state.numberedSince;
    document.removed = state.removed;
    for (const [name, value, seq] of state.fields) {
      document.#fields.set(name, new Field(name, value, seq));
      if (value === null) document.#tombstones++;
    }
    document.#log = state.log.map(([n, time, entry, seq]) => new Entry(n, time, entry, seq));
    document.lastEntry = document.#log.at(-1)?.n ?? 0;
    return document;
  }

  state(): DocumentState {
    return this.capture()();
  }

  /** @returns what makes the state of this moment, whenever it is called: a whole namespace's is too much for one turn */
  capture(): () => DocumentState {
    const { topic, time, seq, floor, numberedSince, removed } = this;
    // Fields and entries never change, and the log is another array after every change.
    const fields = [...this.#fields.values()];
    const log = this.#log;
    return () => ({
      topic,
      time,
      seq,
      floor,
      numberedSince,
      removed,
      fields: fields.map((field) => [field.name, field.value, field.seq] as const),
      log: log.map((entry) => [entry.n, entry.time, entry.entry, entry.seq] as const),
    });
  }

  get log(): readonly Entry[] {
    return this.#log;
  }

  value(name: string): Json | undefined {
    return this.field(name)?.value;
  }

  /** The field itself, if it is live. */
  field(name: string): Field | undefined {
    const field = this.#fields.get(name);
    return field?.value === null ? undefined : field;
  }

  /** The live fields as a plain object of its own. */
  values(): Record<string, Json> {
    return Object.fromEntries(this.#liveFields().map(({ name, value }) => [name, value]));
  }

  /** Folds the update numbered `seq`, which is above every one folded before. */
  apply(update: Update, seq: Seq): void {
    if (update.reset) {
      this.#clear(seq);
      this.numberedSince = seq;
      this.lastEntry = 0;
    }
    this.time = update.time;
    this.seq = seq;
    for (const name in update.fields) this.#set(name, update.fields[name] as Json, seq);
    if (this.#tombstones > LIMITS.tombstonesPerDocument) this.#purgeTombstones();
    if (update.log !== undefined) {
      const first = this.lastEntry + 1;
      this.#append(update.log.map((entry, index) => new Entry(first + index, update.time, entry, seq)));
    }
    this.removed = (this.removed || update.reset === true) && this.#isEmpty();
  }

  /**
   * Folds a delta that brings this document to `to`; the caller has made sure that it fits (see `Replica`).
   * @returns the entries that are news to this document: appended, above the last number known before
   */
  applyDelta(delta: Delta, to: Seq): readonly Entry[] {
    const [, time, fields, entries] = delta;
    const full: Full = delta[4] ?? 0;
    const known = full === 2 ? 0 : this.lastEntry;
    if (full !== 0) {
      this.#clear(to);
      this.lastEntry = 0;
      if (full === 2) this.numberedSince = to;
    }
    this.time = time;
    this.seq = to;
    for (const name in fields as object) this.#set(name, (fields as Record<string, Json>)[name] as Json, to);
    if (this.#tombstones > LIMITS.tombstonesPerDocument) this.#purgeTombstones();
    const missing = entries === 0 ? [] : entries.filter(([n]) => n > this.lastEntry);
    const appended = missing.map(([n, entryTime, entry]) => new Entry(n, entryTime, entry, to));
    this.#append(appended);
    this.removed = (this.removed || full !== 0) && fields === 0 && entries === 0;
    return appended.filter(({ n }) => n > known);
  }

  /** Whether a reader holding the state at `since` has to be given everything; -1 is a reader that holds nothing. */
  fullSince(since: Seq): Full {
    if (since >= this.floor) return 0;
    return since < this.numberedSince ? 2 : 1;
  }

  /** What a reader holding the state at `since` lacks. */
  changesSince(since: Seq): Changes {
    const full = this.fullSince(since);
    if (full !== 0) return { full, fields: this.#liveFields(), entries: this.#log };
    if (since >= this.seq) return NOTHING;
    const fields: Field[] = [];
    for (const field of this.#fields.values()) if (field.seq > since) fields.push(field);
    let first = this.#log.length;
    while (first > 0 && (this.#log[first - 1] as Entry).seq > since) first--;
    return { full: 0, fields, entries: this.#log.slice(first) };
  }

  /** CRC-32 of the state, as the `sums` of a beat carry it. */
  sum(): number {
    const pairs = this.#liveFields().map(({ name, value }) => [name, value] as const);
    pairs.sort(([a], [b]) => (a < b ? -1 : 1));
    return crc32(JSON.stringify(pairs) + String(this.lastEntry));
  }

  #liveFields(): Field[] {
    return [...this.#fields.values()].filter(({ value }) => value !== null);
  }

  #isEmpty(): boolean {
    return this.#fields.size === 0 && this.#log.length === 0;
  }

  #clear(floor: Seq): void {
    this.#fields.clear();
    this.#tombstones = 0;
    this.#log = [];
    this.floor = floor;
  }

  #set(name: string, value: Json, seq: Seq): void {
    const before = this.#fields.get(name);
    if (before === undefined && value === null) return;
    if (before !== undefined && before.value === null) this.#tombstones--;
    if (value === null) this.#tombstones++;
    this.#fields.set(name, new Field(name, value, seq));
  }

  /** Forgets the older half of the deleted names; whoever may still show one of them gets a full answer from now on. */
  #purgeTombstones(): void {
    const tombstones = [...this.#fields.values()].filter(({ value }) => value === null).sort((a, b) => a.seq - b.seq);
    for (const { name, seq } of tombstones.slice(0, Math.ceil(tombstones.length / 2))) {
      this.#fields.delete(name);
      this.#tombstones--;
      this.floor = Math.max(this.floor, seq);
    }
  }

  /**
   * Append, trim, then correct, in this order: a document that took three updates one by one and a replica that got them
   * in one delta must end alike. For the same reason trimming goes by number and not by count: with a limit of 3, taking
   * `1 2 3`, then `4 corrects 3`, then `5` one by one keeps `2 4 5` by count, but together it keeps `4 5`.
   */
  #append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#log = this.#log.concat(entries);
    this.lastEntry = (entries[entries.length - 1] as Entry).n;
    const oldest = this.lastEntry - this.#logLimit + 1;
    if ((this.#log[0] as Entry).n < oldest) this.#log = this.#log.filter(({ n }) => n >= oldest);
    for (const correction of entries) this.#correct(correction);
  }

  #correct(correction: Entry): void {
    const original = correctedBy(correction.entry);
    if (original === undefined || original >= correction.n) return;
    const index = this.#log.findIndex(({ n }) => n === original);
    const target = this.#log[index];
    // A correction names the original, never another correction: striking a correction off would leave a reader that
    // never saw it with the uncorrected original.
    if (target === undefined || correctedBy(target.entry) !== undefined) return;
    const content = Object.entries(correction.entry as object).filter(([name]) => name !== 'corrects');
    if (content.length === 0) this.#log.splice(index, 1);
    else this.#log[index] = new Entry(target.n, target.time, Object.fromEntries(content), target.seq);
  }
}

/** The number of the entry that `entry` corrects; undefined when it is not a correction. */
export function correctedBy(entry: Json): number | undefined {
  if (typeof entry !== 'object' || entry === null || !('corrects' in entry)) return undefined;
  const original = entry.corrects;
  return typeof original === 'number' ? original : undefined;
}
