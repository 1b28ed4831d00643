import type { Json } from '@bigboard/shared/json';
import type { AppendedBatch } from './store.ts';

/** Updates kept for readers of the log; whoever is further behind loads the documents instead. */
export const RETAINED_UPDATES = 20_000;
/** What they may take in memory, about: a pushed update can be a quarter of a megabyte. */
const RETAINED_BYTES = 64 * 1_048_576;

/** The newest batches of a log, as many as may be kept, and at least one. */
export class BatchWindow {
  #batches: { readonly batch: AppendedBatch; readonly bytes: number }[] = [];
  #updates = 0;
  #bytes = 0;

  get batches(): readonly AppendedBatch[] {
    return this.#batches.map(({ batch }) => batch);
  }

  /** The oldest; undefined while there is none. */
  get first(): AppendedBatch | undefined {
    return this.#batches[0]?.batch;
  }

  get isFull(): boolean {
    return this.#updates >= RETAINED_UPDATES || this.#bytes >= RETAINED_BYTES;
  }

  add(batch: AppendedBatch): void {
    const bytes = roughBytesOf(batch);
    this.#batches.push({ batch, bytes });
    this.#updates += batch.updates.length;
    this.#bytes += bytes;
    let gone = 0;
    while (gone < this.#batches.length - 1 && (this.#updates > RETAINED_UPDATES || this.#bytes > RETAINED_BYTES)) {
      const oldest = this.#batches[gone++] as { batch: AppendedBatch; bytes: number };
      this.#updates -= oldest.batch.updates.length;
      this.#bytes -= oldest.bytes;
    }
    if (gone > 0) this.#batches.splice(0, gone);
  }

  /** The batches after `seq`; undefined when they do not reach back that far. */
  after(seq: number): readonly AppendedBatch[] | undefined {
    const first = this.#batches.findIndex(({ batch }) => batch.to > seq);
    const oldest = this.#batches[first]?.batch;
    if (oldest === undefined || oldest.from > seq) return undefined;
    return this.#batches.slice(first).map(({ batch }) => batch);
  }
}

const VALUE_BYTES = 16;
const UPDATE_BYTES = 200;

function roughBytesOf({ updates }: AppendedBatch): number {
  let bytes = 0;
  for (const { fields = {}, log = [] } of updates) bytes += UPDATE_BYTES + roughBytes(fields) + roughBytes(log);
  return bytes;
}

/** Close enough to bound memory, and far cheaper than writing it out. */
function roughBytes(value: Json): number {
  if (typeof value === 'string') return VALUE_BYTES + 2 * value.length;
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  let bytes = VALUE_BYTES;
  for (const inner of Object.values<Json>(value)) bytes += VALUE_BYTES + roughBytes(inner);
  return bytes;
}
