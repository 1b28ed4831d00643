import { logLimitOf } from '@bigboard/shared/kinds';
import type { Change } from '@bigboard/shared/replica';
import type { LogEntry } from './topic-state.ts';

/** What arrived for a topic since the last paint. */
export interface Pending {
  readonly change: Change;
  readonly isFull: boolean;
  /** At most as many as the document keeps: a page that cannot paint must not fill its memory. */
  readonly news: LogEntry[];
  readonly receivedAtMs: number;
}

/** The changes of a namespace that wait for the next paint, one for each topic. */
export class PendingChanges {
  readonly #pending = new Map<string, Pending>();

  add(change: Change, receivedAtMs: number): void {
    const { topic, full } = change;
    const before = this.#pending.get(topic);
    const news = before === undefined || full === 2 ? [] : before.news;
    for (const entry of change.news) news.push(entry);
    const excess = news.length - logLimitOf(topic);
    if (excess > 0) news.splice(0, excess);
    this.#pending.set(topic, { change, isFull: full !== 0 || before?.isFull === true, news, receivedAtMs });
  }

  /** Hands over everything and keeps nothing. */
  take(): Pending[] {
    const taken = [...this.#pending.values()];
    this.#pending.clear();
    return taken;
  }
}
