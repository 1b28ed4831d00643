import { winProbabilityEntrySchema, winProbabilitySchema, type WinProbabilityEntry } from '@bigboard/shared/sport';
import { TopicDocument } from '@bigboard/shared/topic-document';
import { updateSchema, type Update } from '@bigboard/shared/update';
import { expect } from 'vitest';
import { WinProbabilityDeriver } from '../win-probability.ts';

const FEED = 'world-cup';

/** The deriver, and its topic as a reader sees it; every update is checked against the contract. */
export class WinProbabilityReader {
  readonly deriver = new WinProbabilityDeriver();
  readonly told: Update[] = [];
  readonly #document: TopicDocument;
  #seq = 0;

  constructor(id: string) {
    this.#document = new TopicDocument(`winprob:${id}`, 0);
  }

  /** One batch. */
  take(updates: readonly Update[], producer = FEED): readonly Update[] {
    for (const update of updates) this.deriver.fold(update, producer);
    return this.settle(updates.at(-1)?.time ?? 0);
  }

  takeEach(updates: readonly Update[]): void {
    for (const update of updates) this.take([update]);
  }

  settle(streamTimeMs: number): readonly Update[] {
    return this.#read(this.deriver.settle(streamTimeMs));
  }

  get removed(): boolean {
    return this.#document.removed;
  }

  get fields() {
    return winProbabilitySchema.parse(this.#document.values());
  }

  get entries(): WinProbabilityEntry[] {
    return this.#document.log
      .filter(({ entry }) => !('corrects' in (entry as object)))
      .map(({ entry }) => winProbabilityEntrySchema.parse(entry));
  }

  #read(updates: readonly Update[]): readonly Update[] {
    for (const update of updates) {
      expect(update.topic).toBe(this.#document.topic);
      this.#document.apply(updateSchema.parse(update), ++this.#seq);
      this.told.push(update);
    }
    return updates;
  }
}
