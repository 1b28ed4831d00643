export type Cancel = () => void;

/** The only way to time in the server, handed in, so that a test can hold it still. All durations in milliseconds. */
export interface Clock {
  /** Wall clock since 1970 UTC: for what people read. It may jump. */
  wallMs(): number;
  /** Never jumps back: for durations and deadlines. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Cancel;
  every(intervalMs: number, run: () => void): Cancel;
  /** In a later turn of the event loop, as soon as pending input has been looked at. */
  soon(run: () => void): void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs);
    return () => clearInterval(timer);
  },
  soon: (run) => void setImmediate(run),
};
