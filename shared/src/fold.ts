import type { Seq } from './position.ts';
import { TopicDocument } from './topic-document.ts';
import type { Update } from './update.ts';

/** Folds updates numbered from `from + 1` into the documents of a namespace, making those that are new. */
export function foldUpdates(documents: Map<string, TopicDocument>, from: Seq, updates: readonly Update[]): void {
  updates.forEach((update, index) => {
    const seq = from + 1 + index;
    let document = documents.get(update.topic);
    if (document === undefined) {
      document = new TopicDocument(update.topic, seq - 1);
      documents.set(update.topic, document);
    }
    document.apply(update, seq);
  });
}
