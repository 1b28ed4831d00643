import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FlashSweep } from './flash-sweep.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a tick tints the cell and the sweep puts it out', () => {
  const sweep = new FlashSweep();
  const cell = document.createElement('td');
  sweep.tick(cell, 'up', 0);
  expect(cell.dataset['tick']).toBe('up');
  sweep.sweep(349);
  expect(cell.dataset['tick']).toBe('up');
  sweep.sweep(350);
  expect(cell.dataset['tick']).toBeUndefined();
});

test('the third tick within a second is a line instead of a flash', () => {
  const sweep = new FlashSweep();
  const cell = document.createElement('td');
  sweep.tick(cell, 'up', 0);
  sweep.tick(cell, 'down', 300);
  expect(cell.dataset['tick']).toBe('down');
  sweep.tick(cell, 'down', 600);
  expect(cell.dataset['tick']).toBe('fast-down');
  sweep.sweep(1_300);
  expect(cell.dataset['tick']).toBeUndefined();
  sweep.tick(cell, 'up', 1_700);
  expect(cell.dataset['tick']).toBe('up');
});
