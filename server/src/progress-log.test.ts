import { expect, it, vi } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { LogLines } from '../test/support/log-lines.ts';
import { logProgress } from './progress-log.ts';

it('tells once a second how far it is, and nothing of what is done at once', () => {
  const clock = new ManualClock();
  const log = new LogLines();
  const info = vi.spyOn(log, 'info');
  const tell = logProgress(clock, log, 'reading', { path: 'here' });
  for (let tenths = 1; tenths <= 25; tenths++) {
    clock.advance(100);
    tell(tenths, 25);
  }
  expect(info.mock.calls).toEqual([
    [{ path: 'here', percent: 40 }, 'reading'],
    [{ path: 'here', percent: 80 }, 'reading'],
  ]);
});
