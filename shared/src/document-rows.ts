import type { Json } from './json.ts';
import type { Change } from './replica.ts';
import { correctedBy, type Entry } from './topic-document.ts';
import type { Update } from './update.ts';

/** What has been written of a topic. */
interface Written {
  /** The fields as text. */
  readonly fields: Map<string, string>;
  /** The newest entry of the board. */
  lastEntry: number;
  /** The number each entry of the board has in what was written, which begins with 1. */
  readonly numbers: Map<number, number>;
  count: number;
}

/** Numbers remembered for corrections to come; more than any topic keeps entries. */
const NUMBERS_KEPT = 2_000;

/** Turns what becomes of documents into updates that leave whoever plays them from the start with the same documents. */
export class DocumentRows {
  readonly #written = new Map<string, Written>();
  /** Entries that were trimmed, or struck off, before they were seen. */
  lostEntries = 0;

  rowsOf({ topic, document, full, news, removed }: Change): Update[] {
    const known = this.#written.get(topic);
    const { time } = document;
    if (removed) {
      this.#written.delete(topic);
      return known === undefined ? [] : [{ topic, time, reset: true }];
    }
    const isNew = known === undefined || full === 2;
    const written = isNew ? newWritten() : known;
    this.#written.set(topic, written);
    const first = news[0];
    if (!isNew && first !== undefined) this.lostEntries += first.n - written.lastEntry - 1;
    const rows = byTime(news).map((entries): Update => {
      return { topic, time: (entries[0] as Entry).time, log: entries.map((entry) => number(written, entry)) };
    });
    const fields = changedFields(written, document.values());
    const last = rows.at(-1);
    if (Object.keys(fields).length > 0 || rows.length === 0) {
      if (last?.time === time) rows[rows.length - 1] = { topic, time, fields, log: last.log };
      else if (Object.keys(fields).length > 0 || isNew) rows.push({ topic, time, fields });
    }
    const [begin, ...rest] = rows;
    return known !== undefined && isNew && begin !== undefined ? [{ ...begin, reset: true }, ...rest] : rows;
  }

  /** An entry that follows those of the rows made so far, where all that follow them are written too. */
  followingEntry(topic: string, entry: Json): Json {
    const written = this.#written.get(topic);
    if (written === undefined) return entry;
    const { numbers, lastEntry, count } = written;
    return withCorrects(entry, (original) =>
      original > lastEntry ? original - lastEntry + count : (numbers.get(original) ?? NEVER_SEEN),
    );
  }
}

/** Of an entry that was never seen nothing is left to correct; a number of the future does that. */
const NEVER_SEEN = Number.MAX_SAFE_INTEGER;

function newWritten(): Written {
  return { fields: new Map(), lastEntry: 0, numbers: new Map(), count: 0 };
}

/** Entries of one time can come in one update. */
function byTime(news: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = [];
  for (const entry of news) {
    const group = groups.at(-1);
    if (group?.[0]?.time === entry.time) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** What a correction names has another number here. */
function number(written: Written, { n, entry }: Entry): Json {
  written.lastEntry = n;
  written.numbers.set(n, ++written.count);
  const [oldest] = written.numbers.keys();
  if (written.numbers.size > NUMBERS_KEPT && oldest !== undefined) written.numbers.delete(oldest);
  return withCorrects(entry, (original) => written.numbers.get(original) ?? NEVER_SEEN);
}

function withCorrects(entry: Json, numberOf: (original: number) => number): Json {
  const original = correctedBy(entry);
  return original === undefined ? entry : { ...(entry as { [name: string]: Json }), corrects: numberOf(original) };
}

function changedFields(written: Written, values: Readonly<Record<string, Json>>): { [name: string]: Json } {
  const fields: [name: string, value: Json][] = [];
  for (const [name, value] of Object.entries(values)) {
    const text = JSON.stringify(value);
    if (written.fields.get(name) === text) continue;
    written.fields.set(name, text);
    fields.push([name, value]);
  }
  for (const name of written.fields.keys()) {
    if (Object.hasOwn(values, name)) continue;
    written.fields.delete(name);
    fields.push([name, null]);
  }
  return Object.fromEntries(fields);
}
