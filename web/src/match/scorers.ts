import type { MatchEvent, Side } from '@bigboard/shared/sport';
import { shortName } from '../charts/swings.ts';
import { formatMatchMinute } from '../format/match-time.ts';
import type { Timed } from '../live/kinds.ts';

export interface Scorer {
  readonly player: string;
  /** `23′ pen, 108′` */
  readonly minutes: string;
}

/** A side's scorers in the order of their first goals. An own goal stands with the side it counts for. */
export function listScorers(entries: readonly Timed<MatchEvent>[], side: Side): Scorer[] {
  const minutes = new Map<string, string[]>();
  for (const { entry } of entries) {
    if (entry.type !== 'goal' || entry.side !== side) continue;
    const mark = entry.ownGoal ? '\u00a0og' : entry.penalty ? '\u00a0pen' : '';
    const name = shortName(entry.player);
    minutes.set(name, [...(minutes.get(name) ?? []), formatMatchMinute(entry) + mark]);
  }
  return [...minutes].map(([player, list]) => ({ player, minutes: list.join(', ') }));
}
