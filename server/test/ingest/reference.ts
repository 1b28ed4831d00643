import type { MadeRow } from './rows.ts';

/** A batch as it is pushed: which id each row has by its place. */
export interface MadeBatch {
  readonly rows: readonly MadeRow[];
  /** Of the first row; undefined without a producer. */
  readonly firstId: number | undefined;
  /** The code with which it is refused before any of its rows is looked at. */
  readonly refusedWith?: string;
  /** From this row on the ids are one too high. */
  readonly jumpsAt?: number;
}

/** What is to be answered, as far as it is foreseen. */
export interface Expected {
  readonly ok: boolean;
  readonly code?: string;
  readonly accepted?: number;
  readonly duplicates?: number;
  readonly rejected?: readonly (readonly [index: number, id: number | undefined, code: string])[];
  readonly lastId?: number;
}

const MOST_FIELDS = 2_000;
const MOST_BYTES = 256 * 1_024;

/**
 * What one pusher should get, in the plainest words: a list of what is stored, and the fields of its topics as objects.
 * It shares nothing with the server's code.
 */
export class Reference {
  lastId = 0;
  /** Each stored row: its id, and what it is, as text. */
  stored: string[] = [];
  /** The fields of each topic, each value as JSON. */
  topics = new Map<string, Map<string, string>>();

  copy(): Reference {
    const copy = new Reference();
    copy.lastId = this.lastId;
    copy.stored = [...this.stored];
    copy.topics = new Map([...this.topics].map(([topic, fields]) => [topic, new Map(fields)]));
    return copy;
  }

  push({ rows, firstId, refusedWith, jumpsAt }: MadeBatch): Expected {
    if (refusedWith !== undefined) return { ok: false, code: refusedWith };
    if (firstId === undefined) return this.#take(rows, undefined);
    if (rows.length === 0) return { ok: true, accepted: 0, duplicates: 0, rejected: [], lastId: this.lastId };
    if (jumpsAt !== undefined) return { ok: false, code: 'bad_request' };
    // Where no row says its id, the server cannot know where the batch was meant to stand.
    const isAnchored = rows.some(({ badId, raw }) => badId === undefined && raw === undefined);
    const first = isAnchored ? firstId : this.lastId + 1;
    if (first > this.lastId + 1) return { ok: false, code: 'out_of_order', lastId: this.lastId };
    return this.#take(rows, first);
  }

  #take(rows: readonly MadeRow[], firstId: number | undefined): Expected {
    let accepted = 0;
    let duplicates = 0;
    const rejected: [number, number | undefined, string][] = [];
    rows.forEach((row, index) => {
      const id = firstId === undefined ? undefined : firstId + index;
      if (row.code !== undefined) rejected.push([index, id, row.code]);
      else if (id !== undefined && id <= this.lastId) duplicates++;
      else if (!this.#store(row, id)) rejected.push([index, id, 'too_large']);
      else accepted++;
    });
    if (firstId === undefined) return { ok: true, accepted, duplicates, rejected };
    this.lastId = Math.max(this.lastId, firstId + rows.length - 1);
    return { ok: true, accepted, duplicates, rejected, lastId: this.lastId };
  }

  #store(row: MadeRow, id: number | undefined): boolean {
    const update = JSON.parse(JSON.stringify(JSON.parse(`{${row.inner}}`))) as {
      topic: string;
      fields?: Record<string, unknown>;
      reset?: true;
    };
    const fields = new Map(update.reset ? [] : this.topics.get(update.topic));
    for (const [name, value] of Object.entries(update.fields ?? {})) {
      if (value === null) fields.delete(name);
      else fields.set(name, JSON.stringify(value));
    }
    const whole = `{${[...fields].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
    if (fields.size > MOST_FIELDS || Buffer.byteLength(whole) > MOST_BYTES) return false;
    this.topics.set(update.topic, fields);
    this.stored.push(tellStored(id, update));
    return true;
  }
}

/** A stored row in one text, whatever the order of its keys; a zero that would lose its sign on disk stands out. */
export function tellStored(id: number | undefined, update: object): string {
  const entries = Object.entries(update).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${id ?? '-'} ${JSON.stringify(entries, (_name, value: unknown) => (Object.is(value, -0) ? 'minus 0' : value))}`;
}
