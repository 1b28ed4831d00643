import type { Json } from '@bigboard/shared/json';
import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { Match, MatchEvent, Score, Side, Team } from '@bigboard/shared/sport';
import { layCourse, type CourseStep, type MatchCourse } from './course.ts';
import { formatPlayerName } from './player-name.ts';
import type { SourceKick, SourceMatch } from './read.ts';
import { findTeamCodes } from './teams.ts';

export const COMPETITION = 'World Cup 2022';

const STAGES: ReadonlyMap<string, string> = new Map([
  ['Round of 16', 'Round of 16'],
  ['Quarter-final', 'Quarter-finals'],
  ['Semi-final', 'Semi-finals'],
  ['Play-off for third place', 'Third place'],
  ['Final', 'Final'],
]);

/** A match whose place in time is still open. */
export interface PlannedMatch {
  readonly id: string;
  readonly source: SourceMatch;
  readonly course: MatchCourse;
}

/** Gives each match its id, `2022-ARG-FRA`: year, home, away. */
export function planMatches(matches: readonly SourceMatch[]): PlannedMatch[] {
  const taken = new Set<string>();
  return matches.map((source) => {
    const codes = [source.team1, source.team2].map((name) => findTeamCodes(name).code);
    const id = [source.date.slice(0, 4), ...codes].join('-');
    if (taken.has(id)) throw new Error(`two matches would be called ${id}`);
    taken.add(id);
    return { id, source, course: layCourse(source, id) };
  });
}

/** The goals and the kicks of the shoot-out, scored or not, in seconds from kick-off: what the page has to show. */
export function findHighlights({ course }: PlannedMatch): number[] {
  const isHighlight = (step: CourseStep): boolean =>
    step.type === 'kick' || (step.type === 'event' && step.event.type === 'goal');
  return course.steps.filter(isHighlight).map(({ atSeconds }) => atSeconds);
}

/** The update that announces a match, kicked off `kickoffMs` in stream time: all that never changes, and nothing played. */
export function mapAnnouncement({ id, source }: PlannedMatch, kickoffMs: number, timeMs: number): NamespacedUpdate {
  const fields: Match = {
    sport: 'football',
    competition: COMPETITION,
    stage: source.group ?? STAGES.get(source.stage) ?? source.stage,
    ground: source.ground,
    kickoff: source.kickoffMs,
    stagedKickoff: kickoffMs,
    home: mapTeam(source.team1, source.lineup1),
    away: mapTeam(source.team2, source.lineup2),
    status: 'scheduled',
    period: 'pre',
    clock: { atTimeMs: kickoffMs, elapsedSeconds: 0, running: false, baseMinute: 45 },
    score: { home: 0, away: 0 },
  };
  return {
    namespace: 'sports',
    update: { topic: topicOf(id), time: timeMs, fields: fields },
  };
}

/** What happens from kick-off to final whistle, each step an update; a score changes together with its goal's entry. */
export function mapCourse({ id, source, course }: PlannedMatch, kickoffMs: number): NamespacedUpdate[] {
  const tally = new MatchTally(source);
  return course.steps.map((step) => {
    const time = kickoffMs + step.atSeconds * 1000;
    const { fields, event } = tally.apply(step, time);
    const changed = fields === undefined ? {} : { fields: fields as { [name: string]: Json } };
    return { namespace: 'sports', update: { topic: topicOf(id), time, ...changed, log: [event] } };
  });
}

interface StepChange {
  readonly event: MatchEvent;
  /** Absent when the event changes no field. */
  readonly fields?: ChangedFields;
}

type ChangedFields = Partial<Pick<Match, 'status' | 'period' | 'clock' | 'score' | 'shootout'>>;

/** Carries score and shoot-out from step to step, for the source gives only the events. */
class MatchTally {
  readonly #source: SourceMatch;
  #score: Score = { home: 0, away: 0 };
  #shootout: Score = { home: 0, away: 0 };

  constructor(source: SourceMatch) {
    this.#source = source;
  }

  apply(step: CourseStep, timeMs: number): StepChange {
    if (step.type === 'period') return this.#changePeriod(step, timeMs);
    if (step.type === 'kick') return this.#kick(step.kick, step.minute);
    const { event } = step;
    const side = event.team === 1 ? 'home' : 'away';
    const moment = { minute: event.minute, ...(event.stoppage === undefined ? {} : { stoppage: event.stoppage }) };
    if (event.type === 'sub') {
      const men = { off: formatPlayerName(event.player_out), on: formatPlayerName(event.player_in) };
      return { event: { type: 'substitution', ...moment, side, ...men } };
    }
    const player = formatPlayerName(event.player);
    if (event.type !== 'goal') return { event: { type: 'card', ...moment, side, player, card: event.type } };
    this.#score = addOne(this.#score, side);
    const how = { ...(event.own_goal && { ownGoal: true as const }), ...(event.penalty && { penalty: true as const }) };
    const goal: MatchEvent = { type: 'goal', ...moment, side, player, ...how, score: this.#score };
    return { fields: { score: this.#score }, event: goal };
  }

  #changePeriod(step: CourseStep & { type: 'period' }, timeMs: number): StepChange {
    const { period, stoppage, clock } = step;
    const status = period === 'FT' ? 'finished' : 'live';
    const minute = clock.running ? Math.floor(clock.elapsedSeconds / 60) : clock.baseMinute;
    const fields: ChangedFields = { status, period, clock: { atTimeMs: timeMs, ...clock } };
    if (period === 'PENS') fields.shootout = this.#shootout;
    return { fields, event: { type: 'period', period, minute, ...(stoppage > 0 && { stoppage }) } };
  }

  #kick({ player, scored }: SourceKick, minute: number): StepChange {
    const side = findSide(this.#source, player);
    if (scored) this.#shootout = addOne(this.#shootout, side);
    const shootout = this.#shootout;
    const kick: MatchEvent = { type: 'kick', minute, side, player: formatPlayerName(player), scored, shootout };
    return { fields: { shootout }, event: kick };
  }
}

function topicOf(id: string): string {
  return `match:${id}`;
}

function mapTeam(name: string, lineup: readonly string[]): Team {
  return { name, ...findTeamCodes(name), lineup: lineup.map(formatPlayerName) };
}

function addOne(score: Score, side: Side): Score {
  return { ...score, [side]: score[side] + 1 };
}

function findSide({ team1, team2, lineup1, lineup2, events }: SourceMatch, player: string): Side {
  const cameOn = events.find((event) => event.type === 'sub' && event.player_in === player);
  if (lineup1.includes(player) || cameOn?.team === 1) return 'home';
  if (lineup2.includes(player) || cameOn?.team === 2) return 'away';
  throw new Error(`${team1} - ${team2}: ${player} took a kick but never played`);
}
