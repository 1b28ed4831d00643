import type { Side, WinProbabilityEntry } from '@bigboard/shared/sport';
import type { MatchAxis } from './match-axis.ts';

/** The chances at a place on the match axis. */
export interface ChancePoint {
  readonly x: number;
  readonly home: number;
  readonly draw: number;
  readonly away: number;
}

/** A jump of the chances and what caused it. */
export interface Swing {
  readonly x: number;
  readonly side: Side;
  readonly player: string;
  readonly minute: number;
  readonly stoppage: number | undefined;
  readonly type: 'goal' | 'card';
  /** In percent points: of the home side in a knock-out, whose line is drawn; else of the side that caused it. */
  readonly points: number;
  /** Height of the line it is marked on, 0..1. */
  readonly height: number;
}

export interface ChanceHistory {
  readonly points: readonly ChancePoint[];
  readonly swings: readonly Swing[];
}

/**
 * Lays the entries out along the axis. Before an entry with a cause the old chances are held up to that very place, so
 * a goal is a step and not a slope that begins a minute before anyone scored.
 */
export function layOutChances(
  entries: readonly WinProbabilityEntry[],
  axis: MatchAxis,
  knockout: boolean,
): ChanceHistory {
  const points: ChancePoint[] = [];
  const swings: Swing[] = [];
  let kicks = 0;
  for (const entry of entries) {
    const before = points.at(-1);
    const { home, draw, away, cause } = entry;
    const place = cause?.type === 'kick' ? axis.xOfKick(kicks++) : axis.xOf(entry.period, entry.minute);
    // A late correction may name an earlier minute; the line never runs backwards.
    const x = Math.max(place, before?.x ?? 0);
    if (cause !== undefined && before !== undefined && x > before.x) points.push({ ...before, x });
    points.push({ x, home, draw, away });
    if (cause === undefined || cause.type === 'kick' || before === undefined) continue;
    const { type, side, player, minute, stoppage } = cause;
    const measured = knockout ? 'home' : side;
    const change = Math.round(entry[measured] * 100) - Math.round(before[measured] * 100);
    const height = knockout || side === 'home' ? home : home + draw;
    swings.push({ x, side, player, minute, stoppage, type, points: change, height });
  }
  return { points, swings };
}

/** The chances that held at a place; undefined before the first are known. */
export function chancesAt(points: readonly ChancePoint[], x: number): ChancePoint | undefined {
  return points.findLast((point) => point.x <= x);
}

/** The swings worth a label: the largest first, at most `count`, none below `leastPoints`. */
export function largestSwings(swings: readonly Swing[], count: number, leastPoints = 4): Swing[] {
  return swings
    .filter(({ points }) => Math.abs(points) >= leastPoints)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .slice(0, count);
}

/** `Lionel Messi` -> `Messi`, `Ángel Di María` -> `Di María`: what a commentator would say. */
export function shortName(player: string): string {
  const words = player.trim().split(/\s+/);
  if (words.length < 2) return player;
  const particles = /^(?:di|de|da|do|dos|del|della|van|von|der|den|ter|el|al|la|le|mac|st\.?)$/i;
  let from = words.length - 1;
  // A name that ends in a suffix keeps the word before it.
  if (/^(?:jr\.?|júnior|junior)$/i.test(words[from] as string) && from > 0) from--;
  while (from > 1 && particles.test(words[from - 1] as string)) from--;
  return words.slice(from).join(' ');
}
