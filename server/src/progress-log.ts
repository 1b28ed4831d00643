import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

const INTERVAL_MS = 1_000;

/** @returns tells in the log once a second how far it is, of what takes long */
export function logProgress(
  clock: Clock,
  log: Logger,
  message: string,
  context: object = {},
): (bytes: number, totalBytes: number) => void {
  let toldAtMs = clock.monotonicMs();
  return (bytes, totalBytes) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - toldAtMs < INTERVAL_MS) return;
    toldAtMs = nowMs;
    log.info({ ...context, percent: Math.floor((100 * bytes) / totalBytes) }, message);
  };
}
