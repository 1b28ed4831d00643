import type { Candle } from './candle-series.ts';

export interface TimeTick {
  /** Where it stands on the index axis. */
  readonly index: number;
  readonly timeMs: number;
  /** What the label has to say; a `day` among clock times is where a date begins. */
  readonly unit: 'minute' | 'day' | 'month' | 'year';
}

/** Minutes that a zone is ahead of UTC at a time: what `-new Date(timeMs).getTimezoneOffset()` says for the viewer's. */
export type ZoneOffset = (timeMs: number) => number;

const localZone: ZoneOffset = (timeMs) => -new Date(timeMs).getTimezoneOffset();

const MINUTE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360];
const DAY_MS = 86_400_000;

/**
 * Labels for an axis of candles: the finest step of round local times whose labels fit, each at the first candle at or
 * after the round time. Sessions stand side by side on this axis, so a date that begins outranks a round time.
 */
export function chooseTimeTicks(
  candles: readonly Candle[],
  intervalMs: number,
  widthPx: number,
  labelPx = 64,
  zone: ZoneOffset = localZone,
): TimeTick[] {
  if (candles.length === 0 || widthPx <= 0) return [];
  const room = Math.max(1, Math.floor(widthPx / labelPx));
  const gap = (labelPx * candles.length) / widthPx;
  const local = candles.map(({ openTimeMs }) => openTimeMs + zone(openTimeMs) * 60_000);
  for (const minutes of intervalMs < DAY_MS ? MINUTE_STEPS : []) {
    const stepMs = minutes * 60_000;
    if (stepMs < intervalMs) continue;
    const ticks = marksWhere(candles, local, (time) => Math.floor(time / stepMs), 'minute');
    for (const [at, tick] of ticks.entries()) {
      const before = tick.index === 0 ? undefined : local[tick.index - 1];
      const now = local[tick.index] as number;
      if (before !== undefined && Math.floor(before / DAY_MS) !== Math.floor(now / DAY_MS))
        ticks[at] = { ...tick, unit: 'day' };
    }
    if (ticks.length <= room) return thin(ticks, gap);
  }
  for (const days of [1, 2, 7]) {
    const ticks = marksWhere(candles, local, (time) => Math.floor(time / DAY_MS / days), 'day');
    if (ticks.length <= room) return thin(ticks, gap);
  }
  for (const months of [1, 3, 6, 12]) {
    const ticks = marksWhere(candles, local, (time) => Math.floor(monthOf(time) / months), 'month').map((tick) =>
      monthOf(local[tick.index] as number) % 12 === 0 ? { ...tick, unit: 'year' as const } : tick,
    );
    if (ticks.length <= room || months === 12) return thin(ticks, gap);
  }
  return [];
}

function monthOf(localMs: number): number {
  const date = new Date(localMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** One tick at each candle whose bucket differs from the one before; the very first stands only at a bucket's start. */
function marksWhere(
  candles: readonly Candle[],
  local: readonly number[],
  bucketOf: (localMs: number) => number,
  unit: TimeTick['unit'],
): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let index = 1; index < candles.length; index++) {
    if (bucketOf(local[index] as number) === bucketOf(local[index - 1] as number)) continue;
    ticks.push({ index, timeMs: (candles[index] as Candle).openTimeMs, unit });
  }
  return ticks;
}

const RANK: Readonly<Record<TimeTick['unit'], number>> = { minute: 0, day: 1, month: 1, year: 2 };

/** Drops the weaker of two labels that stand nearer than `gap` candles. */
function thin(ticks: readonly TimeTick[], gap: number): TimeTick[] {
  const kept: TimeTick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || tick.index - before.index >= gap) kept.push(tick);
    else if (RANK[tick.unit] > RANK[before.unit]) kept[kept.length - 1] = tick;
  }
  return kept;
}
