import type { PlannedMatch } from '../importers/openfootball/map.ts';

/**
 * One match kicks off at least `seconds` after another, both counted by their place in the list of matches. Below zero it
 * may be the earlier one, by no more than that.
 */
export interface Wait {
  readonly before: number;
  readonly after: number;
  readonly seconds: number;
}

export interface WaitRules {
  /** After this long every match is played again. */
  readonly loopSeconds: number;
  /** From a whistle to the next kick-off that waits for it. */
  readonly restSeconds: number;
  /** From the last whistle of a group to its first kick-off in the next edition: meanwhile its table stands. */
  readonly tableSeconds: number;
}

/**
 * What a viewer would notice if it were broken: no team is in two matches at once, nor plays them in another order than
 * it did; a group is over before its teams go on, its last two matches begin together, and its table stands for a while
 * before the next edition takes its place; the opening match comes first, and the final is not followed by third place.
 * @param matches all of a tournament, in the order of their real kick-offs
 */
export function listWaits(matches: readonly PlannedMatch[], rules: WaitRules): Wait[] {
  const afterWhistle = (before: number, after: number, seconds: number): Wait => {
    const { course } = matches[before] as PlannedMatch;
    return { before, after, seconds: course.lengthSeconds + seconds };
  };
  const groupOfTeam = new Map<string, readonly number[]>();
  const waits: Wait[] = [];

  for (const group of indicesBy(matches, ({ source }) => (source.group === null ? [] : [source.group])).values()) {
    for (const index of group) for (const team of teamsOf(matches[index])) groupOfTeam.set(team, group);
    for (const last of group) {
      for (const first of group) waits.push(afterWhistle(last, first, rules.tableSeconds - rules.loopSeconds));
    }
    for (const [one, other] of pairs(group)) {
      if (matches[one]?.source.kickoffMs !== matches[other]?.source.kickoffMs) continue;
      waits.push({ before: one, after: other, seconds: 0 }, { before: other, after: one, seconds: 0 });
    }
  }

  for (const [team, played] of indicesBy(matches, teamsOf)) {
    for (const [one, next] of pairs(played)) waits.push(afterWhistle(one, next, rules.restSeconds));
    waits.push(afterWhistle(played.at(-1) as number, played[0] as number, rules.restSeconds - rules.loopSeconds));
    const goesOn = played.find((index) => matches[index]?.source.group === null);
    if (goesOn === undefined) continue;
    for (const index of groupOfTeam.get(team) ?? []) waits.push(afterWhistle(index, goesOn, rules.restSeconds));
  }

  const last = matches.length - 1;
  for (const index of matches.keys()) {
    waits.push({ before: 0, after: index, seconds: 0 }, { before: index, after: last, seconds: 0 });
  }
  return waits;
}

function teamsOf(match: PlannedMatch | undefined): string[] {
  return match === undefined ? [] : [match.source.team1, match.source.team2];
}

function indicesBy(
  matches: readonly PlannedMatch[],
  namesOf: (match: PlannedMatch) => readonly string[],
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [index, match] of matches.entries()) {
    for (const name of namesOf(match)) found.set(name, [...(found.get(name) ?? []), index]);
  }
  return found;
}

/** Each with the one after it. */
function pairs(indices: readonly number[]): [number, number][] {
  return indices.slice(1).map((next, index) => [indices[index] as number, next]);
}
