import { createContext } from 'svelte';
import { parseRoute, type Route } from './route.ts';

/** Parameters that stay in the address from page to page. */
const KEPT = ['theme'];

/** The address as reactive state. Links are plain anchors; clicks on them are caught in one place. */
export class Router {
  #url = $state.raw(new URL(location.href));
  readonly #route = $derived(parseRoute(this.#url.pathname));

  get route(): Route {
    return this.#route;
  }

  /** A query parameter, for the view state a link should carry; null when it is not there. */
  query(name: string): string | null {
    return this.#url.searchParams.get(name);
  }

  /** Writes a query parameter without a new entry in the history; null takes it away. */
  setQuery(name: string, value: string | null): void {
    const url = new URL(this.#url);
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    history.replaceState(null, '', url);
    this.#url = url;
  }

  /** @param address path and query; parameters that belong to the whole board are added */
  go(address: string): void {
    const url = new URL(address, location.href);
    for (const name of KEPT) {
      const value = this.query(name);
      if (value !== null && !url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    if (url.href !== this.#url.href) history.pushState(null, '', url);
    this.#url = url;
  }

  start(): () => void {
    const followHistory = () => {
      this.#url = new URL(location.href);
    };
    window.addEventListener('popstate', followHistory);
    document.addEventListener('click', this.#click);
    return () => {
      window.removeEventListener('popstate', followHistory);
      document.removeEventListener('click', this.#click);
    };
  }

  /** Modified clicks, other origins, downloads and fragments stay the browser's. */
  readonly #click = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    ) {
      return;
    }
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (anchor === null || anchor.target !== '' || anchor.hasAttribute('download')) return;
    const url = new URL(anchor.href, location.href);
    if (url.origin !== location.origin || url.hash !== '') return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  };
}

export const [useRouter, setRouter] = createContext<Router>();
