import type { Match, TableRow, Team } from '@bigboard/shared/sport';

/** A match of a group. */
export type GroupMatch = Pick<Match, 'home' | 'away' | 'status' | 'score'>;

interface Tally {
  readonly team: Team;
  played: number;
  won: number;
  drawn: number;
  lost: number;
  goalsFor: number;
  goalsAgainst: number;
  isInPlay: boolean;
}

/**
 * A group as it stands, best first: every match in play counts as if it ended now. All teams are in it from the start,
 * since the fixtures name them.
 */
export function standings(matches: readonly GroupMatch[]): TableRow[] {
  // Before the first final whistle all are level, and their order is by name alone: nobody has moved from that.
  const hasPlaces = matches.some(({ status }) => status === 'finished');
  const before = hasPlaces ? places(rank(matches.map(withoutPlay))) : new Map<string, number>();
  return rank(matches).map(({ team, isInPlay, ...counts }, index) => ({
    team: team.name,
    code: team.code,
    ...(team.country === undefined ? {} : { country: team.country }),
    ...counts,
    points: pointsOf(counts),
    moved: (before.get(team.code) ?? index) - index,
    inPlay: isInPlay,
  }));
}

/** The match as the table of finished matches alone sees it: it names its teams and counts nothing. */
function withoutPlay(match: GroupMatch): GroupMatch {
  return match.status === 'live' ? { ...match, status: 'scheduled' } : match;
}

/**
 * The order of FIFA's regulations for the World Cup 2022: points, goal difference and goals of all matches, then the same
 * of the matches among those still level. Fair play and the drawing of lots are left out: then by name.
 */
function rank(matches: readonly GroupMatch[]): Tally[] {
  const tallies = [...tally(matches).values()].sort(byName);
  tallies.sort(compare);
  const ranked: Tally[] = [];
  for (let first = 0; first < tallies.length;) {
    let end = first + 1;
    while (end < tallies.length && compare(tallies[first] as Tally, tallies[end] as Tally) === 0) end++;
    ranked.push(...rankLevel(tallies.slice(first, end), matches));
    first = end;
  }
  return ranked;
}

function rankLevel(level: readonly Tally[], matches: readonly GroupMatch[]): Tally[] {
  const codes = new Set(level.map(({ team }) => team.code));
  const among = tally(matches.filter(({ home, away }) => codes.has(home.code) && codes.has(away.code)));
  const amongOf = ({ team }: Tally) => among.get(team.code) ?? startTally(team);
  return level.toSorted((a, b) => compare(amongOf(a), amongOf(b)));
}

function tally(matches: readonly GroupMatch[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { home, away, status, score } of matches) {
    const isInPlay = status === 'live';
    const counts = isInPlay || status === 'finished';
    for (const team of [home, away]) if (!tallies.has(team.code)) tallies.set(team.code, startTally(team));
    if (!counts) continue;
    add(tallies.get(home.code) as Tally, score.home, score.away, isInPlay);
    add(tallies.get(away.code) as Tally, score.away, score.home, isInPlay);
  }
  return tallies;
}

function startTally(team: Team): Tally {
  return { team, played: 0, won: 0, drawn: 0, lost: 0, goalsFor: 0, goalsAgainst: 0, isInPlay: false };
}

function add(tally: Tally, goalsFor: number, goalsAgainst: number, isInPlay: boolean): void {
  tally.played++;
  if (goalsFor > goalsAgainst) tally.won++;
  else if (goalsFor < goalsAgainst) tally.lost++;
  else tally.drawn++;
  tally.goalsFor += goalsFor;
  tally.goalsAgainst += goalsAgainst;
  tally.isInPlay = tally.isInPlay || isInPlay;
}

/** Three for a win, one for a draw. */
function pointsOf({ won, drawn }: Pick<Tally, 'won' | 'drawn'>): number {
  return 3 * won + drawn;
}

function compare(a: Tally, b: Tally): number {
  const difference = ({ goalsFor, goalsAgainst }: Tally) => goalsFor - goalsAgainst;
  return pointsOf(b) - pointsOf(a) || difference(b) - difference(a) || b.goalsFor - a.goalsFor;
}

function byName(a: Tally, b: Tally): number {
  if (a.team.name === b.team.name) return 0;
  return a.team.name < b.team.name ? -1 : 1;
}

function places(ranked: readonly Tally[]): Map<string, number> {
  return new Map(ranked.map(({ team }, index) => [team.code, index]));
}
