/** People cannot read faster, and laying the board out ten times a second costs half of doing it each frame. */
export const PAINT_INTERVAL_MS = 100;
/** A hidden page gets no animation frames; it still has to fold what comes, or its queues would grow. */
const HIDDEN_INTERVAL_MS = 1_000;

/** Runs `paint` in an animation frame after `request`, at most once each `PAINT_INTERVAL_MS`. */
export class PaintScheduler {
  readonly #paint: () => void;
  #lastPaintMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;

  constructor(paint: () => void) {
    this.#paint = paint;
  }

  start(): void {
    document.addEventListener('visibilitychange', this.#flush);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#flush);
    this.#cancel();
  }

  request(): void {
    if (this.#timer !== undefined || this.#frame !== undefined) return;
    if (document.hidden) {
      this.#timer = setTimeout(this.#run, HIDDEN_INTERVAL_MS);
      return;
    }
    const waitMs = this.#lastPaintMs + PAINT_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.#frame = requestAnimationFrame(this.#run);
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#frame = requestAnimationFrame(this.#run);
      }, waitMs);
    }
  }

  /** A page that is shown again must not wait; one that was hidden would wait for its frame until it is shown again. */
  readonly #flush = () => {
    if (this.#timer !== undefined || this.#frame !== undefined) this.#run();
  };

  readonly #run = () => {
    this.#cancel();
    this.#lastPaintMs = performance.now();
    this.#paint();
  };

  #cancel(): void {
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#timer = undefined;
    this.#frame = undefined;
  }
}
