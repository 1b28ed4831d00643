import { createContext } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import type { Router } from './router.svelte.ts';

export type ThemeName = 'dark' | 'light';

/** The theme in force: asked for in the address, else chosen before on this device, else the system's. */
export class Theme {
  readonly #router: Router;
  readonly #systemIsLight = new MediaQuery('(prefers-color-scheme: light)', false);
  #chosen = $state.raw(asTheme(localStorage.getItem('theme')));

  constructor(router: Router) {
    this.#router = router;
  }

  get current(): ThemeName {
    const fallback = this.#systemIsLight.current ? 'light' : 'dark';
    return asTheme(this.#router.query('theme')) ?? this.#chosen ?? fallback;
  }

  choose(name: ThemeName): void {
    localStorage.setItem('theme', name);
    this.#chosen = name;
    this.#router.setQuery('theme', null);
  }

  toggle(): void {
    this.choose(this.current === 'dark' ? 'light' : 'dark');
  }
}

function asTheme(name: string | null): ThemeName | undefined {
  return name === 'dark' || name === 'light' ? name : undefined;
}

export const [useTheme, setTheme] = createContext<Theme>();
