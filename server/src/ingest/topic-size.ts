import type { Field, TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';

/** The live fields of a document: how many, and as one JSON object how many bytes of UTF-8. */
export interface Size {
  readonly fields: number;
  readonly bytes: number;
}

/** `{}`, of which the first field's comma is one byte: each field is counted with a comma. */
const EMPTY: Size = { fields: 0, bytes: 1 };

/** Fields never change. Kept, so that a row refused a thousand times over does not measure a large field as often. */
const bytesOfStored = new WeakMap<Field, number>();

/**
 * The size of one topic as it will be once all that is on its way to the store has been stored. The document is measured
 * once; from then on a row costs no more than the fields it names.
 */
export class TopicSize {
  readonly #document: () => TopicDocument | undefined;
  /** Undefined until it is asked for. */
  #size: Size | undefined;
  /** What the size was measured by: another one under the same name, as after a reload, may be of another size. */
  #measured: TopicDocument | undefined;
  /** Rows let in and not yet in the document, in the order in which they will be. */
  readonly #rows = new Set<Update>();
  /** What those rows leave of each field they name: its bytes, 0 when it is deleted, and the last that named it. */
  readonly #named = new Map<string, { readonly bytes: number; readonly by: Update }>();
  /** The last of those rows that is a reset: what is in the document does not count. */
  #emptiedBy: Update | undefined;

  /** @param document as it is stored now */
  constructor(document: () => TopicDocument | undefined) {
    this.#document = document;
  }

  get isUnderWay(): boolean {
    return this.#rows.size > 0;
  }

  /** What it would be after one more row. */
  after(update: Update): Size {
    let { fields, bytes } = update.reset ? EMPTY : this.#now();
    for (const [name, value] of Object.entries(update.fields ?? {})) {
      const before = update.reset ? 0 : this.#bytesOf(name);
      const now = bytesOf(name, value);
      fields += Math.sign(now) - Math.sign(before);
      bytes += now - before;
    }
    return { fields, bytes };
  }

  /** @param size after it */
  take(update: Update, size: Size): void {
    this.#size = size;
    this.#put(update);
  }

  /** A row that was taken is in the document now. @returns false when it was not, or has been told before */
  settle(update: Update): boolean {
    if (!this.#rows.delete(update)) return false;
    for (const name of Object.keys(update.fields ?? {})) {
      if (this.#named.get(name)?.by === update) this.#named.delete(name);
    }
    if (this.#emptiedBy === update) this.#emptiedBy = undefined;
    return true;
  }

  /** Rows that were taken will never be in the document. */
  drop(updates: readonly Update[]): void {
    for (const update of updates) this.#rows.delete(update);
    const left = [...this.#rows];
    this.#rows.clear();
    this.#named.clear();
    this.#emptiedBy = undefined;
    for (const update of left) this.#put(update);
    this.forget();
  }

  /** The document has changed in another way. */
  forget(): void {
    this.#size = undefined;
  }

  #now(): Size {
    const document = this.#document();
    if (this.#measured !== undefined && document !== this.#measured) this.forget();
    this.#measured = document;
    return (this.#size ??= this.#measure());
  }

  #put(update: Update): void {
    this.#rows.add(update);
    if (update.reset) {
      this.#named.clear();
      this.#emptiedBy = update;
    }
    for (const [name, value] of Object.entries(update.fields ?? {})) {
      this.#named.set(name, { bytes: bytesOf(name, value), by: update });
    }
  }

  #bytesOf(name: string): number {
    const named = this.#named.get(name);
    if (named !== undefined) return named.bytes;
    const field = this.#emptiedBy === undefined ? this.#document()?.field(name) : undefined;
    if (field === undefined) return 0;
    const known = bytesOfStored.get(field);
    if (known !== undefined) return known;
    const bytes = bytesOfField(field);
    bytesOfStored.set(field, bytes);
    return bytes;
  }

  #measure(): Size {
    let { fields, bytes } = EMPTY;
    const stored = this.#emptiedBy === undefined ? this.#document()?.changesSince(-1).fields : undefined;
    for (const field of stored ?? []) {
      if (this.#named.has(field.name)) continue;
      fields++;
      bytes += bytesOfField(field);
    }
    for (const named of this.#named.values()) {
      fields += Math.sign(named.bytes);
      bytes += named.bytes;
    }
    return { fields, bytes };
  }
}

function bytesOfField({ json }: Field): number {
  return Buffer.byteLength(json) + 1;
}

/** `"name":value,`, or nothing when it is deleted. */
function bytesOf(name: string, value: unknown): number {
  if (value === null) return 0;
  return Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(value)) + 2;
}
