import { LIMITS } from '@bigboard/shared/limits';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { Flaw } from './row.ts';
import { TopicSize, type Size } from './topic-size.ts';

/** Keeps the documents of a namespace within their limits, with all that is on its way to the store. */
export class DocumentLimits {
  readonly #documents: ReadonlyMap<string, TopicDocument>;
  /** Of each topic that was pushed to. */
  readonly #sizes = new Map<string, TopicSize>();
  /** Topics with rows let in and not yet stored. */
  readonly #underWay = new Set<string>();

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
    const size = this.#sizes.get(topic) ?? new TopicSize(() => this.#documents.get(topic));
    // Also of what is refused, or it would be measured anew with each row; but not of topics that never come to be.
    if (this.#documents.has(topic)) this.#sizes.set(topic, size);
    const after = size.after(update);
    if (isTooLarge(after)) return { code: 'too_large', message: tellSize(topic, after) };
    size.take(update, after);
    this.#sizes.set(topic, size);
    this.#underWay.add(topic);
    return undefined;
  }

  /** Rows let in have been answered for. One that nobody has heard of was there before. */
  stored(updates: readonly Update[]): void {
    for (const update of updates) if (this.#settle(update)) this.#sizes.get(update.topic)?.forget();
  }

  /** Rows let in will not be stored: a reset among them has emptied nothing. */
  dropped(updates: readonly Update[]): void {
    const byTopic = new Map<string, Update[]>();
    for (const update of updates) {
      const rows = byTopic.get(update.topic);
      if (rows === undefined) byTopic.set(update.topic, [update]);
      else rows.push(update);
    }
    for (const [topic, rows] of byTopic) {
      const size = this.#sizes.get(topic);
      size?.drop(rows);
      if (size?.isUnderWay) continue;
      this.#underWay.delete(topic);
      this.#sizes.delete(topic);
    }
  }

  /** Hears all that is stored, as soon as it is in the documents; what somebody else wrote changes a size too. */
  heard(updates: readonly Update[]): void {
    for (const update of updates) if (!this.#settle(update)) this.#sizes.get(update.topic)?.forget();
  }

  /** All documents were replaced at once: of what is in them now nothing was heard. */
  startOver(): void {
    for (const [topic, size] of this.#sizes) {
      if (size.isUnderWay) size.forget();
      else this.#sizes.delete(topic);
    }
  }

  #settle(update: Update): boolean {
    const size = this.#sizes.get(update.topic);
    if (!size?.settle(update)) return false;
    if (!size.isUnderWay) this.#underWay.delete(update.topic);
    return true;
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
    for (const topic of this.#underWay) if (!this.#documents.has(topic)) count++;
    return count;
  }
}

function isTooLarge({ fields, bytes }: Size): boolean {
  return fields > LIMITS.fieldsPerDocument || bytes > LIMITS.documentBytes;
}

function tellSize(topic: string, { fields, bytes }: Size): string {
  const most = `at most ${LIMITS.fieldsPerDocument} and ${LIMITS.documentBytes}`;
  return `${topic} would have ${fields} fields of ${bytes} bytes, ${most}`;
}
