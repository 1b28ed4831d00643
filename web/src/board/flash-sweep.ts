/** A tick tints its cell and holds; then it goes off in one step. */
const TINT_MS = 350;
const FAST_MS = 700;
const WINDOW_MS = 1_000;
/** More flashes a second and they mean nothing any more, besides being forbidden from the fourth on (WCAG 2.3.1). */
const MOST_TINTS = 2;
const SWEEP_MS = 50;

/** `other` is a change that has no direction. */
export type Tick = 'up' | 'down' | 'other';

interface Cell {
  ticksMs: number[];
  offAtMs: number;
}

/**
 * Lights the cells that changed and puts them out by one shared timer. Restarting a CSS animation for each tick costs a
 * reflow for each; an attribute that is swept away costs next to nothing, however many rows there are.
 */
export class FlashSweep {
  readonly #cells = new Map<HTMLElement, Cell>();
  readonly #lit = new Set<HTMLElement>();
  #timer: ReturnType<typeof setInterval> | undefined;

  tick(element: HTMLElement, tick: Tick, nowMs: number): void {
    let cell = this.#cells.get(element);
    if (cell === undefined) {
      cell = { ticksMs: [], offAtMs: 0 };
      this.#cells.set(element, cell);
    }
    cell.ticksMs = cell.ticksMs.filter((tickMs) => nowMs - tickMs < WINDOW_MS);
    cell.ticksMs.push(nowMs);
    const isFast = cell.ticksMs.length > MOST_TINTS;
    cell.offAtMs = nowMs + (isFast ? FAST_MS : TINT_MS);
    element.dataset['tick'] = isFast ? `fast-${tick}` : tick;
    this.#lit.add(element);
    this.#timer ??= setInterval(() => this.sweep(performance.now()), SWEEP_MS);
  }

  sweep(nowMs: number): void {
    for (const element of this.#lit) {
      if ((this.#cells.get(element)?.offAtMs ?? 0) > nowMs) continue;
      delete element.dataset['tick'];
      this.#lit.delete(element);
    }
    if (this.#lit.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  forget(element: HTMLElement): void {
    this.#cells.delete(element);
    this.#lit.delete(element);
  }
}
