import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PAINT_INTERVAL_MS, PaintScheduler } from './paint-scheduler.ts';

let isHidden = false;
const paint = vi.fn();
const scheduler = new PaintScheduler(paint);

/** As browsers do: no animation frame comes while the page is hidden. */
function requestFrame(run: () => void): number {
  return setTimeout(() => {
    if (isHidden) requestFrame(run);
    else run();
  }, 16) as unknown as number;
}

function setHidden(value: boolean): void {
  isHidden = value;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', requestFrame);
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  isHidden = false;
  scheduler.start();
});
afterEach(() => {
  scheduler.stop();
  paint.mockClear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('what is asked for often is painted once an interval', () => {
  for (let elapsedMs = 0; elapsedMs < 1_000; elapsedMs += 10) {
    scheduler.request();
    vi.advanceTimersByTime(10);
  }
  const most = 1_000 / PAINT_INTERVAL_MS;
  expect(paint.mock.calls.length).toBeLessThanOrEqual(most);
  expect(paint.mock.calls.length).toBeGreaterThan(most / 2);
});

test.each([
  ['its frame', 0],
  ['its interval', 20],
])('a page hidden while it waits for %s goes on taking what comes', (_what, elapsedMs) => {
  scheduler.request();
  vi.advanceTimersByTime(elapsedMs);
  scheduler.request();
  setHidden(true);
  expect(paint).toHaveBeenCalled();
  paint.mockClear();
  scheduler.request();
  vi.advanceTimersByTime(1_000);
  expect(paint).toHaveBeenCalledOnce();
});

test('a page that is shown again does not wait for what it missed', () => {
  setHidden(true);
  scheduler.request();
  setHidden(false);
  expect(paint).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(2_000);
  expect(paint).toHaveBeenCalledOnce();
});
