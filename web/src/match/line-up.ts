import type { MatchEvent, Side } from '@bigboard/shared/sport';
import { formatMatchMinute } from '../format/match-time.ts';
import type { Timed } from '../live/kinds.ts';

export interface PlayerLine {
  readonly name: string;
  readonly goals: number;
  readonly card: 'yellow' | 'second_yellow' | 'red' | undefined;
  /** When he came on; undefined for one who started. */
  readonly on: string | undefined;
  readonly off: string | undefined;
}

export interface LineUp {
  readonly starters: readonly PlayerLine[];
  readonly substitutes: readonly PlayerLine[];
}

const STARTERS = 11;

/** A side's players with what happened to them; only those who played are certain, so no bench is shown. */
export function layOutLineUp(lineup: readonly string[], entries: readonly Timed<MatchEvent>[], side: Side): LineUp {
  const events = entries.map(({ entry }) => entry).filter((entry) => 'side' in entry);
  const substitutions = events.filter((event) => event.type === 'substitution').filter((event) => event.side === side);
  const line = (name: string): PlayerLine => {
    const off = substitutions.find((event) => event.off === name);
    const on = substitutions.find((event) => event.on === name);
    const cards = events.filter((event) => event.type === 'card').filter((event) => event.player === name);
    const isGoal = (event: MatchEvent) => event.type === 'goal' && !event.ownGoal && event.player === name;
    return {
      name,
      goals: events.filter((event) => event.side === side && isGoal(event)).length,
      card: cards.filter((event) => event.side === side).at(-1)?.card,
      on: on && formatMatchMinute(on),
      off: off && formatMatchMinute(off),
    };
  };
  return {
    starters: lineup.slice(0, STARTERS).map(line),
    substitutes: substitutions.map(({ on }) => line(on)),
  };
}
