import type { Seq } from '@bigboard/shared/position';
import type { Update } from '@bigboard/shared/update';

/** After so many updates that nothing followed from, the place is stored all the same: a restart folds few of them again. */
const FOLDED_UNSTORED = 1_000;

/** What follows from what has been folded and is not stored yet, in order. Pure. */
export class OutputQueue {
  #seq: Seq;
  #updates: Update[] = [];
  #foldedUnstored = 0;

  /** @param seq up to where all is folded */
  constructor(seq: Seq) {
    this.#seq = seq;
  }

  /** Everything up to here is folded. */
  get seq(): Seq {
    return this.#seq;
  }

  /** @param count of the updates folded to come to `seq` */
  add(seq: Seq, count: number, output: readonly Update[]): void {
    this.#seq = seq;
    this.#foldedUnstored += count;
    this.#updates.push(...output);
  }

  /** All that is to be stored now, with the place it brings; undefined when it is not worth a batch. */
  take(): readonly Update[] | undefined {
    if (this.#updates.length === 0 && this.#foldedUnstored < FOLDED_UNSTORED) return undefined;
    this.#foldedUnstored = 0;
    return this.#updates.splice(0);
  }

  /** What was taken last was not stored: it goes before whatever has come since. */
  putBack(updates: readonly Update[]): void {
    this.#updates = [...updates, ...this.#updates];
    this.#foldedUnstored = FOLDED_UNSTORED;
  }
}
