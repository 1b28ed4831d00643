import { LIMITS } from '@bigboard/shared/limits';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { Flaw } from './row.ts';

/** The live fields of a document: how many, and as one JSON object how many bytes of UTF-8. */
interface Size {
  readonly fields: number;
  readonly bytes: number;
}

/** `{}`, of which the first field's comma is one byte: each field is counted with a comma. */
const EMPTY: Size = { fields: 0, bytes: 1 };

/**
 * Keeps the documents of a namespace within their limits, reckoned as they will be once all that is on its way to the
 * store has been stored. For each topic it keeps an upper bound, which a row can only raise: it measures the document
 * itself only when the bound says that the row might be too much.
 */
export class DocumentLimits {
  readonly #documents: ReadonlyMap<string, TopicDocument>;
  readonly #bounds = new Map<string, Size>();
  /** Rows let in and not yet stored, by topic, in the order in which they will be. */
  readonly #underWay = new Map<string, Set<Update>>();

  /** @param documents as they are stored; the same map for ever */
  constructor(documents: ReadonlyMap<string, TopicDocument>) {
    this.#documents = documents;
  }

  /** Lets a row in, to be told of by `stored` or `dropped` later, unless its topic would become too large. */
  admit(update: Update): Flaw | undefined {
    const { topic } = update;
    if (this.#isOneTooMany(topic)) {
      return { code: 'too_many_topics', message: `there are ${LIMITS.topicsPerNamespace} topics, as many as may be` };
    }
    const before = this.#bounds.get(topic) ?? sizeOf(this.#fieldsOf(topic));
    let after = grown(before, update);
    if (isTooLarge(after)) {
      const fields = this.#fieldsOf(topic);
      change(fields, update);
      after = sizeOf(fields);
      if (isTooLarge(after)) return { code: 'too_large', message: tellSize(topic, after) };
    }
    this.#bounds.set(topic, after);
    const rows = this.#underWay.get(topic);
    if (rows === undefined) this.#underWay.set(topic, new Set([update]));
    else rows.add(update);
    return undefined;
  }

  /** Rows let in are in their documents now. */
  stored(updates: readonly Update[]): void {
    for (const update of updates) {
      const rows = this.#underWay.get(update.topic);
      rows?.delete(update);
      if (rows?.size === 0) this.#underWay.delete(update.topic);
    }
  }

  /** Rows let in will not be stored: a reset among them has emptied nothing. */
  dropped(updates: readonly Update[]): void {
    this.stored(updates);
    for (const { topic } of updates) this.#bounds.delete(topic);
  }

  /** Hears all that is stored: what somebody else wrote to a topic has made its bound worthless. */
  heard(updates: readonly Update[]): void {
    for (const update of updates) {
      const { topic } = update;
      if (this.#bounds.has(topic) && !this.#underWay.get(topic)?.has(update)) this.#bounds.delete(topic);
    }
  }

  #isOneTooMany(topic: string): boolean {
    if (this.#documents.has(topic) || this.#underWay.has(topic)) return false;
    // A topic on its way that is just being stored counts twice for a moment, which errs on the right side.
    return (
      this.#documents.size + this.#underWay.size >= LIMITS.topicsPerNamespace &&
      this.#count() >= LIMITS.topicsPerNamespace
    );
  }

  #count(): number {
    let count = this.#documents.size;
    for (const topic of this.#underWay.keys()) if (!this.#documents.has(topic)) count++;
    return count;
  }

  /** The bytes of each live field of a topic, with all that is under way. */
  #fieldsOf(topic: string): Map<string, number> {
    const fields = new Map<string, number>();
    for (const { name, json } of this.#documents.get(topic)?.changesSince(-1).fields ?? []) {
      fields.set(name, Buffer.byteLength(json) + 1);
    }
    for (const update of this.#underWay.get(topic) ?? []) change(fields, update);
    return fields;
  }
}

function change(fields: Map<string, number>, update: Update): void {
  if (update.reset) fields.clear();
  for (const [name, value] of Object.entries(update.fields ?? {})) {
    if (value === null) fields.delete(name);
    else fields.set(name, bytesOf(name, value));
  }
}

function grown(before: Size, update: Update): Size {
  let { fields, bytes } = update.reset ? EMPTY : before;
  for (const [name, value] of Object.entries(update.fields ?? {})) {
    if (value === null) continue;
    fields++;
    bytes += bytesOf(name, value);
  }
  return { fields, bytes };
}

function sizeOf(fields: ReadonlyMap<string, number>): Size {
  let { bytes } = EMPTY;
  for (const each of fields.values()) bytes += each;
  return { fields: fields.size, bytes };
}

/** `"name":value,` */
function bytesOf(name: string, value: unknown): number {
  return Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(value)) + 2;
}

function isTooLarge({ fields, bytes }: Size): boolean {
  return fields > LIMITS.fieldsPerDocument || bytes > LIMITS.documentBytes;
}

function tellSize(topic: string, { fields, bytes }: Size): string {
  const most = `at most ${LIMITS.fieldsPerDocument} and ${LIMITS.documentBytes}`;
  return `${topic} would have ${fields} fields of ${bytes} bytes, ${most}`;
}
