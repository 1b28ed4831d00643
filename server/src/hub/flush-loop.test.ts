import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import type { FanOut, Now, Send } from './fan-out.ts';
import { FlushLoop } from './flush-loop.ts';

/** Has something to send whenever it is told so, and notes when it was asked to. */
class FakeFanOut implements Pick<FanOut, 'isDue' | 'hasChanges' | 'begin' | 'send'> {
  readonly begun: number[] = [];
  readonly sent: number[] = [];
  sends = 1;
  /** How often something new comes by itself after a flush began. */
  renewals = 0;
  hasChanges = false;
  /** Somebody was passed over. */
  hasLaggards = false;
  readonly #clock: ManualClock;
  readonly #sendMs: number;

  constructor(clock: ManualClock, sendMs = 0) {
    this.#clock = clock;
    this.#sendMs = sendMs;
  }

  get isDue(): boolean {
    return this.hasChanges || this.hasLaggards;
  }

  begin(now: Now): Send[] {
    this.begun.push(now.monotonicMs);
    this.hasChanges = this.renewals-- > 0;
    return Array.from({ length: this.sends }, () => ({}) as Send);
  }

  send(): boolean {
    this.sent.push(this.#clock.monotonicMs());
    this.#clock.spend(this.#sendMs);
    return true;
  }
}

let clock: ManualClock;
let flushed: { durationMs: number; frames: number }[];
beforeEach(() => {
  clock = new ManualClock();
  flushed = [];
});

function loopOver(fanOut: FakeFanOut): FlushLoop {
  return new FlushLoop(fanOut as unknown as FanOut, clock, 50, {
    flushed: (durationMs, frames) => flushed.push({ durationMs, frames }),
  });
}

test('flushes in the next turn when idle', () => {
  const fanOut = new FakeFanOut(clock);
  const loop = loopOver(fanOut);
  fanOut.hasChanges = true;
  loop.nudge();
  loop.nudge();
  expect(fanOut.begun).toEqual([]);
  clock.advance(0);
  expect(fanOut.begun).toEqual([0]);
  expect(flushed).toEqual([{ durationMs: 0, frames: 1 }]);
});

test('flushes at most every 50 ms in a storm', () => {
  const fanOut = new FakeFanOut(clock);
  const loop = loopOver(fanOut);
  for (let ms = 0; ms < 499; ms++) {
    fanOut.hasChanges = true;
    loop.nudge();
    clock.advance(1);
  }
  expect(fanOut.begun).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450]);
});

test('does nothing while nothing is due', () => {
  const fanOut = new FakeFanOut(clock);
  loopOver(fanOut).nudge();
  clock.advance(1_000);
  expect(fanOut.begun).toEqual([]);
  expect(clock.pendingCount).toBe(0);
});

test('goes on by itself as long as somebody lacks something', () => {
  const fanOut = new FakeFanOut(clock);
  fanOut.renewals = 3;
  fanOut.hasChanges = true;
  loopOver(fanOut).nudge();
  clock.advance(1_000);
  expect(fanOut.begun).toEqual([0, 50, 100, 150]);
});

test('sends something new at once, however often it looks again for somebody who cannot take more', () => {
  const fanOut = new FakeFanOut(clock);
  fanOut.hasLaggards = true;
  const loop = loopOver(fanOut);
  loop.nudge();
  clock.advance(120);
  expect(fanOut.begun).toEqual([50, 100]);
  fanOut.hasChanges = true;
  loop.nudge();
  clock.advance(0);
  expect(fanOut.begun).toEqual([50, 100, 120]);
});

test('gives a large audience its frames in phases, none holding the loop for long', () => {
  const fanOut = new FakeFanOut(clock, 1);
  fanOut.sends = 100;
  fanOut.hasChanges = true;
  loopOver(fanOut).nudge();
  const inTurn: number[] = [];
  while (clock.pendingCount > 0) {
    const before = fanOut.sent.length;
    clock.advance(0);
    inTurn.push(fanOut.sent.length - before);
  }
  expect(inTurn).toEqual([32, 32, 32, 4]);
  expect(fanOut.begun).toHaveLength(1);
  expect(fanOut.sent).toHaveLength(100);
  expect(flushed).toEqual([{ durationMs: 100, frames: 100 }]);
});

test('begins no second flush before the first has ended', () => {
  const fanOut = new FakeFanOut(clock, 1);
  fanOut.sends = 200;
  const loop = loopOver(fanOut);
  fanOut.hasChanges = true;
  loop.nudge();
  clock.after(0, () => {
    fanOut.hasChanges = true;
    loop.nudge();
  });
  clock.advance(1_000);
  expect(fanOut.begun).toEqual([0, 200]);
  expect(flushed[0]).toEqual({ durationMs: 200, frames: 200 });
});

test('stops at once, between two phases too', () => {
  const fanOut = new FakeFanOut(clock, 1);
  fanOut.sends = 100;
  fanOut.hasChanges = true;
  const loop = loopOver(fanOut);
  loop.nudge();
  clock.after(0, () => loop.stop());
  clock.advance(1_000);
  expect(fanOut.sent.length).toBeLessThan(100);
  fanOut.hasChanges = true;
  loop.nudge();
  clock.advance(1_000);
  expect(fanOut.begun).toEqual([0]);
});
