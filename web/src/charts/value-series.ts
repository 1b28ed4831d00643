/** A number at an event time. */
export interface ValuePoint {
  readonly timeMs: number;
  readonly value: number;
}

/** The index of the point nearest in time; -1 when there are none. `points` ascend. */
export function nearestPoint(points: readonly ValuePoint[], timeMs: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as ValuePoint).timeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  const before = points[low - 1];
  const after = points[low];
  if (before === undefined || after === undefined) return high;
  return timeMs - before.timeMs <= after.timeMs - timeMs ? low - 1 : low;
}
