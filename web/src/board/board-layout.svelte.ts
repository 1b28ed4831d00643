import { MediaQuery } from 'svelte/reactivity';
import type { Router } from '../route/router.svelte.ts';
import type { BoardContents } from './board-contents.svelte.ts';

/** Which parts of the board stand on the screen: all of them where it is wide, one at a time on a phone. */
export class BoardLayout {
  readonly #router: Router;
  readonly #contents: BoardContents;
  readonly #isPhone = new MediaQuery('(max-width: 767px)', false);
  readonly #isWide = new MediaQuery('(min-width: 1200px)', true);

  constructor(router: Router, contents: BoardContents) {
    this.#router = router;
    this.#contents = contents;
  }

  get isPhone(): boolean {
    return this.#isPhone.current;
  }

  get isWide(): boolean {
    return this.#isWide.current;
  }

  get part(): 'all' | 'board' | 'chart' | 'scores' | 'topics' {
    if (this.isWide) return 'all';
    const tab = this.#router.query('tab');
    if (tab === 'scores') return 'scores';
    if (tab === 'topics' && this.topicsPlace === 'tab') return 'topics';
    return this.isPhone && this.#router.route.page === 'symbol' ? 'chart' : 'board';
  }

  /**
   * Where the board's own topics stand: instead of a chart where there are no prices, instead of scores where there are
   * none, else below the list; on narrow screens, under a tab. Undefined when there are none.
   */
  get topicsPlace(): 'main' | 'aside' | 'list' | 'tab' | undefined {
    const { hasOwnTopics, hasPrices, hasScores } = this.#contents;
    if (!hasOwnTopics) return undefined;
    if (!hasPrices && this.#router.route.page === 'board') return 'main';
    if (!this.isWide) return 'tab';
    return hasScores ? 'list' : 'aside';
  }

  get hasList(): boolean {
    return this.topicsPlace !== 'main' && (this.part === 'all' || this.part === 'board');
  }

  get hasChart(): boolean {
    if (this.topicsPlace === 'main') return false;
    return this.part === 'all' || this.part === 'chart' || (this.part === 'board' && !this.isPhone);
  }

  get hasScores(): boolean {
    return this.part === 'scores' || (this.part === 'all' && !this.#isGivenToTopics);
  }

  get hasTopics(): boolean {
    const place = this.topicsPlace;
    return place !== undefined && (place === 'tab' ? this.part === 'topics' : this.part !== 'scores');
  }

  /** A place for scores is kept where nothing else needs it. */
  get #isGivenToTopics(): boolean {
    return this.#contents.hasOwnTopics && !this.#contents.hasScores;
  }
}
