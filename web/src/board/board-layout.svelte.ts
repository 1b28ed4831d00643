import { MediaQuery } from 'svelte/reactivity';
import type { Router } from '../route/router.svelte.ts';

/** Which parts of the board stand on the screen: all of them where it is wide, one at a time on a phone. */
export class BoardLayout {
  readonly #router: Router;
  readonly #isPhone = new MediaQuery('(max-width: 767px)', false);
  readonly #isWide = new MediaQuery('(min-width: 1200px)', true);

  constructor(router: Router) {
    this.#router = router;
  }

  get isPhone(): boolean {
    return this.#isPhone.current;
  }

  get isWide(): boolean {
    return this.#isWide.current;
  }

  get part(): 'all' | 'board' | 'chart' | 'scores' {
    if (this.isWide) return 'all';
    if (this.#router.query('tab') === 'scores') return 'scores';
    return this.isPhone && this.#router.route.page === 'symbol' ? 'chart' : 'board';
  }

  get hasList(): boolean {
    return this.part === 'all' || this.part === 'board';
  }

  get hasChart(): boolean {
    return this.part === 'all' || this.part === 'chart' || (this.part === 'board' && !this.isPhone);
  }

  get hasScores(): boolean {
    return this.part === 'all' || this.part === 'scores';
  }
}
