import { untrack } from 'svelte';
import { asScores, asWatch } from '../live/kinds.ts';
import type { Live } from '../live/live.svelte.ts';
import type { BoardStatus } from '../status/board-status.ts';
import type { Scores } from './scores.svelte.ts';
import { addToTape, describeCard, newsOfScores, newsOfWatch, type TapeItem } from './tape.ts';

/** Follows the board and keeps what happened. Make one while a component initialises. */
export class Tape {
  #items = $state.raw<readonly TapeItem[]>([]);
  readonly #listeners: ((items: readonly TapeItem[]) => void)[] = [];

  constructor(live: Live, scores: Scores, status: () => BoardStatus) {
    let scoresBefore: ReturnType<typeof asScores>;
    $effect(() => {
      const state = live.topic('sports', 'scores').current;
      const after = asScores(state);
      if (after === undefined) return;
      const before = scoresBefore;
      scoresBefore = after;
      untrack(() => {
        // A replaced state (the first, a loop that starts over) is no news.
        if (before !== undefined && state?.full !== true) this.#tell(newsOfScores(before, after, Date.now()));
      });
    });

    // What the first state says has happened is history. How long ago it was is known when the feed has told its time.
    let hasHistory = false;
    $effect(() => {
      const cards = asScores(live.topic('sports', 'scores').current);
      if (hasHistory || cards === undefined || scores.freshness.feed?.status === undefined) return;
      hasHistory = true;
      untrack(() => this.#add(this.#history(cards, scores)));
    });

    let watchBefore: ReturnType<typeof asWatch>;
    $effect(() => {
      const state = live.topic('markets', 'watch').current;
      const after = asWatch(state);
      if (after === undefined) return;
      const before = watchBefore;
      watchBefore = after;
      if (before !== undefined && state?.full !== true)
        untrack(() => this.#tell(newsOfWatch(before, after, Date.now())));
    });

    let lostBefore = false;
    const isLost = $derived(['reconnecting', 'offline'].includes(status().state));
    $effect(() => {
      if (isLost === lostBefore) return;
      lostBefore = isLost;
      const title = isLost ? 'Connection lost' : 'Connection restored';
      untrack(() =>
        this.#add([{ id: `${title}:${Date.now()}`, kind: 'connection', atMs: Date.now(), title, detail: '' }]),
      );
    });
  }

  get items(): readonly TapeItem[] {
    return this.#items;
  }

  /** Hears of what happens from now on. */
  onNews(listener: (items: readonly TapeItem[]) => void): void {
    this.#listeners.push(listener);
  }

  #history(cards: NonNullable<ReturnType<typeof asScores>>, scores: Scores): TapeItem[] {
    return Object.entries(cards).flatMap(([id, card]) => {
      const ageMs = scores.eventAgeMs({ id, card });
      return describeCard(id, card, Date.now() - (ageMs ?? 0)) ?? [];
    });
  }

  #tell(items: readonly TapeItem[]): void {
    if (items.length === 0) return;
    this.#add(items);
    for (const listener of this.#listeners) listener(items);
  }

  #add(items: readonly TapeItem[]): void {
    this.#items = addToTape(this.#items, items);
  }
}
