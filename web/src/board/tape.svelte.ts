import { untrack } from 'svelte';
import { asScores, asWatch } from '../live/kinds.ts';
import type { Live } from '../live/live.svelte.ts';
import type { BoardStatus } from '../status/board-status.ts';
import type { Scores } from './scores.svelte.ts';
import { addToTape, historyOfScores, newsOfScores, newsOfWatch, type TapeItem } from './tape.ts';

/** So long are the times of what happened before this page came corrected. */
const SETTLE_MS = 30_000;
/** A correction smaller than this is not worth a flicker. */
const RETIME_MS = 400;

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

    // What the first state says has happened is history. When it was follows from the feed's own time, and that is
    // known the better the longer the feed has been heard.
    let firstCards: ReturnType<typeof asScores>;
    let settledAtMs = 0;
    $effect(() => {
      const cards = asScores(live.topic('sports', 'scores').current);
      const { nowMs } = live;
      if (cards === undefined || scores.freshness.feed?.status === undefined) return;
      if (firstCards === undefined) {
        firstCards = cards;
        settledAtMs = nowMs + SETTLE_MS;
      } else if (nowMs > settledAtMs) return;
      const history = historyOfScores(firstCards, (eventTimeMs) => scores.wallTimeOf(eventTimeMs), nowMs);
      untrack(() => this.#retime(history));
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

  /** Adds what is not there, and corrects the times of what is. */
  #retime(history: readonly TapeItem[]): void {
    const timed = new Map(history.map((item) => [item.id, item]));
    const isMoved = ({ id, atMs, isUntimed }: TapeItem) => {
      const item = timed.get(id);
      return item !== undefined && !item.isUntimed && (isUntimed || Math.abs(item.atMs - atMs) >= RETIME_MS);
    };
    if (this.#items.some(isMoved)) this.#items = this.#items.filter((item) => !isMoved(item));
    this.#add(history);
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
