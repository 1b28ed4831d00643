import type { Live } from '../live/live.svelte.ts';
import { groupOwnTopics, type TopicGroup } from '../topic/own-topics.ts';

/** What there is on this board. What is not yet known counts as there, so that its place is kept while it loads. */
export class BoardContents {
  readonly #live: Live;
  readonly #ownTopics = $derived.by(() =>
    groupOwnTopics({ markets: this.#live.directory('markets'), sports: this.#live.directory('sports') }),
  );

  constructor(live: Live) {
    this.#live = live;
  }

  get hasPrices(): boolean {
    return !this.#live.lacks('markets', 'watch');
  }

  get hasScores(): boolean {
    return !this.#live.lacks('sports', 'scores');
  }

  /** Of kinds the page has no panel for; these are shown once they are known. */
  get ownTopics(): readonly TopicGroup[] {
    return this.#ownTopics;
  }

  get hasOwnTopics(): boolean {
    return this.#ownTopics.length > 0;
  }
}
