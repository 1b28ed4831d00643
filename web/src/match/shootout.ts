import type { MatchEvent, Side } from '@bigboard/shared/sport';
import type { Timed } from '../live/kinds.ts';

export type KickState = 'scored' | 'missed' | 'next' | 'open';

export interface Kick {
  readonly state: KickState;
  /** Absent when it has not been taken. */
  readonly player?: string;
}

export interface Shootout {
  readonly home: readonly Kick[];
  readonly away: readonly Kick[];
  /** Whose kick it is; undefined once it is decided. */
  readonly next: Side | undefined;
  readonly winner: Side | undefined;
}

const KICKS_EACH = 5;

interface Tally {
  readonly taken: number;
  readonly scored: number;
}

/** The kicks of both sides, first to last; undefined when there was no shoot-out. */
export function layOutShootout(entries: readonly Timed<MatchEvent>[], isLive: boolean): Shootout | undefined {
  const taken: Record<Side, Kick[]> = { home: [], away: [] };
  let first: Side | undefined;
  let last: Side | undefined;
  for (const { entry } of entries) {
    if (entry.type !== 'kick') continue;
    first ??= entry.side;
    last = entry.side;
    taken[entry.side].push({ state: entry.scored ? 'scored' : 'missed', player: entry.player });
  }
  if (first === undefined || last === undefined) return undefined;
  const winner = winnerOf(tallyOf(taken.home), tallyOf(taken.away));
  const next = isLive && winner === undefined ? otherSide(last) : undefined;
  const slots = Math.max(KICKS_EACH, taken.home.length, taken.away.length);
  const fill = (side: Side): Kick[] => {
    if (!isLive) return taken[side];
    const open = Array.from({ length: Math.max(0, slots - taken[side].length) }, (_, index) => ({
      state: index === 0 && side === next ? ('next' as const) : ('open' as const),
    }));
    return [...taken[side], ...open];
  };
  return { home: fill('home'), away: fill('away'), next, winner };
}

/** Who cannot be caught any more: within five kicks each by what is left, after that round by round. */
function winnerOf(home: Tally, away: Tally): Side | undefined {
  const left = ({ taken }: Tally) => Math.max(0, KICKS_EACH - taken);
  if (home.taken > KICKS_EACH || away.taken > KICKS_EACH) {
    if (home.taken !== away.taken || home.scored === away.scored) return undefined;
    return home.scored > away.scored ? 'home' : 'away';
  }
  if (home.scored > away.scored + left(away)) return 'home';
  return away.scored > home.scored + left(home) ? 'away' : undefined;
}

/** What the next kick can decide, in a sentence; empty when nothing yet. */
export function describeNextKick({ home, away, next }: Shootout, names: Readonly<Record<Side, string>>): string {
  if (next === undefined) return '';
  const tallies = { home: tallyOf(home), away: tallyOf(away) };
  const other = otherSide(next);
  const outcome = (scored: number) => {
    const after = { ...tallies, [next]: { taken: tallies[next].taken + 1, scored: tallies[next].scored + scored } };
    return winnerOf(after.home, after.away);
  };
  if (outcome(1) === next) return `If they score, ${names[next]} win.`;
  if (outcome(0) === other) return `If they miss, ${names[other]} win.`;
  return '';
}

function tallyOf(kicks: readonly Kick[]): Tally {
  const taken = kicks.filter(({ state }) => state === 'scored' || state === 'missed').length;
  return { taken, scored: kicks.filter(({ state }) => state === 'scored').length };
}

function otherSide(side: Side): Side {
  return side === 'home' ? 'away' : 'home';
}
