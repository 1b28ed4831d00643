import type { Attachment } from 'svelte/attachments';

/** What only flies past while somebody scrolls is not worth asking for. */
const SETTLE_MS = 150;
/** But on a board where rows come and go all the time none would ever settle. */
const LATEST_MS = 1_000;

/** One observer and one moment for all: rows that come into sight together are then asked for together. */
class Sightings {
  readonly #views = new WeakMap<Element, InView>();
  readonly #arrived = new Set<Element>();
  #observer: IntersectionObserver | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latestAtMs: number | undefined;

  follow(element: Element, view: InView): () => void {
    this.#observer ??= new IntersectionObserver((entries) => this.#take(entries));
    this.#views.set(element, view);
    this.#observer.observe(element);
    return () => {
      this.#observer?.unobserve(element);
      this.#views.delete(element);
      this.#arrived.delete(element);
    };
  }

  #take(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#arrived.add(target);
      else {
        this.#arrived.delete(target);
        this.#views.get(target)?.set(false);
      }
    }
    const nowMs = performance.now();
    this.#latestAtMs ??= nowMs + LATEST_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), Math.min(SETTLE_MS, this.#latestAtMs - nowMs));
  }

  #settle(): void {
    this.#latestAtMs = undefined;
    for (const element of this.#arrived) this.#views.get(element)?.set(true);
    this.#arrived.clear();
  }
}

const sightings = new Sightings();

/** Whether an element can be seen, and has been for a moment. */
export class InView {
  #isInView = $state(false);

  get current(): boolean {
    return this.#isInView;
  }

  /** For `Sightings` only. */
  set(isInView: boolean): void {
    this.#isInView = isInView;
  }

  readonly attach: Attachment<Element> = (element) => sightings.follow(element, this);
}
