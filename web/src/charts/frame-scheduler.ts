/** What the scheduler needs of the browser; a test brings its own. */
export interface FrameClock {
  now(): number;
  requestFrame(callback: () => void): void;
  setTimer(callback: () => void, delayMs: number): void;
}

const browserClock: FrameClock = {
  now: () => performance.now(),
  requestFrame: (callback) => void requestAnimationFrame(callback),
  setTimer: (callback, delayMs) => void setTimeout(callback, delayMs),
};

export interface Drawing {
  /** Says that it has something new to draw. */
  invalidate(): void;
  /** Off the screen nothing is drawn; what was missed is drawn once when it is seen again. */
  setVisible(isVisible: boolean): void;
  /** Milliseconds from one drawing to the next, at least. */
  setInterval(intervalMs: number): void;
  remove(): void;
}

interface Task {
  readonly draw: () => void;
  intervalMs: number;
  lastDrawnMs: number;
  isDirty: boolean;
  isVisible: boolean;
}

/**
 * Draws at most one chart in a frame, in turns, and none more often than its interval: six charts that are all due at
 * once would else make one long frame. Idle, it asks for no frames at all.
 */
export class FrameScheduler {
  private readonly tasks: Task[] = [];
  private readonly clock: FrameClock;
  private next = 0;
  private isWaiting = false;

  constructor(clock: FrameClock = browserClock) {
    this.clock = clock;
  }

  add(draw: () => void, intervalMs: number): Drawing {
    const task: Task = { draw, intervalMs, lastDrawnMs: -Infinity, isDirty: false, isVisible: true };
    this.tasks.push(task);
    return {
      invalidate: () => {
        task.isDirty = true;
        this.wake();
      },
      setVisible: (isVisible) => {
        task.isVisible = isVisible;
        this.wake();
      },
      setInterval: (next) => {
        task.intervalMs = next;
      },
      remove: () => {
        const index = this.tasks.indexOf(task);
        if (index >= 0) this.tasks.splice(index, 1);
      },
    };
  }

  private wake(): void {
    if (this.isWaiting) return;
    const now = this.clock.now();
    let waitMs = Infinity;
    for (const task of this.tasks) {
      if (task.isDirty && task.isVisible) waitMs = Math.min(waitMs, task.lastDrawnMs + task.intervalMs - now);
    }
    if (waitMs === Infinity) return;
    this.isWaiting = true;
    // A frame is asked for only once something is due: a hidden tab then sleeps by itself.
    const frame = () => this.clock.requestFrame(() => this.drawOne());
    if (waitMs <= 0) frame();
    else this.clock.setTimer(frame, waitMs);
  }

  private drawOne(): void {
    this.isWaiting = false;
    const now = this.clock.now();
    for (let tried = 0; tried < this.tasks.length; tried++) {
      const task = this.tasks[(this.next + tried) % this.tasks.length] as Task;
      if (!task.isDirty || !task.isVisible || now - task.lastDrawnMs < task.intervalMs) continue;
      this.next = (this.next + tried + 1) % this.tasks.length;
      task.isDirty = false;
      task.lastDrawnMs = now;
      // The next is asked for even when this one throws: one broken chart must not stop the others.
      try {
        task.draw();
      } finally {
        this.wake();
      }
      return;
    }
    this.wake();
  }
}

/** The page's one: charts share the frame, so they share this. */
export const frames = new FrameScheduler();
