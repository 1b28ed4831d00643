import { beforeEach, describe, expect, it } from 'vitest';
import { FrameScheduler, type FrameClock } from './frame-scheduler.ts';

/** Frames 16 ms apart, drawn only when asked for. */
class ManualClock implements FrameClock {
  timeMs = 0;
  private frame: (() => void) | undefined;
  private readonly timers: { atMs: number; callback: () => void }[] = [];
  framesAsked = 0;

  now(): number {
    return this.timeMs;
  }

  requestFrame(callback: () => void): void {
    this.framesAsked++;
    this.frame = callback;
  }

  setTimer(callback: () => void, delayMs: number): void {
    this.timers.push({ atMs: this.timeMs + delayMs, callback });
  }

  advance(frames: number): void {
    for (let count = 0; count < frames; count++) {
      this.timeMs += 16;
      for (const timer of this.timers.splice(0)) {
        if (timer.atMs <= this.timeMs) timer.callback();
        else this.timers.push(timer);
      }
      const frame = this.frame;
      this.frame = undefined;
      frame?.();
    }
  }
}

describe('the frame scheduler', () => {
  let clock: ManualClock;
  let scheduler: FrameScheduler;
  let drawn: string[];

  beforeEach(() => {
    clock = new ManualClock();
    scheduler = new FrameScheduler(clock);
    drawn = [];
  });

  it('draws one chart in a frame, in turns', () => {
    const drawings = ['a', 'b', 'c'].map((name) => scheduler.add(() => drawn.push(name), 0));
    for (const drawing of drawings) drawing.invalidate();
    clock.advance(1);
    expect(drawn).toEqual(['a']);
    for (const drawing of drawings) drawing.invalidate();
    clock.advance(3);
    expect(drawn).toEqual(['a', 'b', 'c', 'a']);
  });

  it('draws none more often than its interval', () => {
    const drawing = scheduler.add(() => drawn.push('a'), 100);
    for (let frame = 0; frame < 63; frame++) {
      drawing.invalidate();
      clock.advance(1);
    }
    expect(drawn.length).toBeGreaterThanOrEqual(8);
    expect(drawn.length).toBeLessThanOrEqual(10);
  });

  it('asks for no frames while there is nothing new', () => {
    const drawing = scheduler.add(() => drawn.push('a'), 100);
    drawing.invalidate();
    clock.advance(60);
    expect(clock.framesAsked).toBe(1);
  });

  it('leaves out what cannot be seen and draws it once when it can', () => {
    const drawing = scheduler.add(() => drawn.push('a'), 0);
    drawing.setVisible(false);
    drawing.invalidate();
    drawing.invalidate();
    clock.advance(10);
    expect(drawn).toEqual([]);
    drawing.setVisible(true);
    clock.advance(10);
    expect(drawn).toEqual(['a']);
  });

  it('goes on with the others when one throws', () => {
    const broken = scheduler.add(() => {
      throw new Error('broken');
    }, 0);
    const sound = scheduler.add(() => drawn.push('b'), 0);
    broken.invalidate();
    sound.invalidate();
    expect(() => clock.advance(1)).toThrow('broken');
    clock.advance(1);
    expect(drawn).toEqual(['b']);
  });

  it('never draws what was removed', () => {
    const drawing = scheduler.add(() => drawn.push('a'), 0);
    drawing.invalidate();
    drawing.remove();
    clock.advance(2);
    expect(drawn).toEqual([]);
  });
});
