import type { Seq } from '@bigboard/shared/position';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Cohort } from './cohort.ts';
import type { Hub } from './hub.ts';

/** Checksums of documents for beats: a topic of each cohort in turn, each state summed once however many ask. */
export class Checksums {
  readonly #hub: Hub;
  /** By document, which is another one in a new epoch, where the same number means another state. */
  readonly #sums = new WeakMap<TopicDocument, { readonly seq: Seq; readonly sum: number }>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** `,"sums":{"topic":sum}` for the topic whose turn it is. */
  of(cohort: Cohort, turn: number): string {
    const topic = [...cohort.topics][turn % cohort.topics.size] as string;
    const document = this.#hub.documents.get(topic);
    if (document === undefined) return '';
    let known = this.#sums.get(document);
    if (known?.seq !== document.seq) {
      known = { seq: document.seq, sum: document.sum() };
      this.#sums.set(document, known);
    }
    return `,"sums":{${JSON.stringify(topic)}:${known.sum}}`;
  }
}
