import type { StoredFile } from './disk.ts';

export interface Retention {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * The segments to be deleted, oldest first: those that all end before the time kept, and those that with what came after
 * them are more than is kept. The newest two always stay: readers of the log may be in the second.
 */
export function expiredSegments(
  segments: readonly StoredFile[],
  { bytes, ms }: Retention,
  nowMs: number,
): StoredFile[] {
  let kept = 0;
  const expired = segments.toReversed().filter((segment, index) => {
    kept += segment.bytes;
    return index >= 2 && (kept > bytes || segment.writtenAtMs < nowMs - ms);
  });
  return expired.reverse();
}
