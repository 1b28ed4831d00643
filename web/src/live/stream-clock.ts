/** A feed that went back this far started over or was sought; anything less is updates out of order. */
const SEEK_BACK_MS = 10_000;

/**
 * Where a feed stands in its own time. Its updates tell the time only now and then; in between it runs at the feed's
 * speed. Of all that was heard the furthest is the nearest to the truth: the rest was merely longer under way.
 */
export class StreamClock {
  #streamMs = -Infinity;
  #wallMs = 0;
  #speed = 1;

  /**
   * Something of stream time `streamMs` arrived at `wallMs`.
   * @param isOld it may have been told long before: the feed is at least there
   */
  observe(streamMs: number, wallMs: number, isOld = false): void {
    const expectedMs = this.at(wallMs);
    if (streamMs > expectedMs || (!isOld && streamMs < expectedMs - SEEK_BACK_MS * Math.max(1, this.#speed))) {
      this.#streamMs = streamMs;
      this.#wallMs = wallMs;
    }
  }

  setSpeed(speed: number, wallMs: number): void {
    if (speed === this.#speed) return;
    this.#streamMs = this.at(wallMs);
    this.#wallMs = wallMs;
    this.#speed = speed;
  }

  at(wallMs: number): number {
    return this.#streamMs + (wallMs - this.#wallMs) * this.#speed;
  }
}
