import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { foldUpdates } from '@bigboard/shared/fold';
import { matchSchema, type Match } from '@bigboard/shared/sport';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import { readRecording } from '../recording-file.ts';
import { ReplayFeed } from '../replay.ts';

const recording = await readRecording(
  fileURLToPath(new URL('../../../recordings/world-cup-2022.ndjson.gz', import.meta.url)),
);
const { startTimeMs = 0, endTimeMs = 0, speed = 1 } = recording.header;
const loopMs = endTimeMs - startTimeMs;
const PASSES = 3;

/** A match from kick-off to whistle. Times run on over the seams; the same match twice is two of them. */
interface Run {
  readonly id: string;
  readonly match: Match;
  readonly announcedMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What is on the board from one instant to the next. */
interface Moment {
  readonly timeMs: number;
  readonly matches: ReadonlyMap<string, Match>;
}

function* moments(): Generator<Moment> {
  const feed = new ReplayFeed(recording, { name: 'world-cup', loop: true });
  const documents = new Map<string, TopicDocument>();
  const matches = new Map<string, Match>();
  let seq = 0;
  const take = (update: Update): void => {
    foldUpdates(documents, seq++, [update]);
    if (update.fields === undefined) return;
    matches.set(update.topic, matchSchema.parse(documents.get(update.topic)?.values()));
  };
  for (const { update } of feed.opening()) take(update);
  let timeMs = startTimeMs;
  for (let next = feed.next(); next !== undefined; next = feed.next()) {
    if (next.dueTimeMs > timeMs) yield { timeMs, matches: new Map(matches) };
    timeMs = next.dueTimeMs;
    if (timeMs > startTimeMs + PASSES * loopMs) return;
    take(next.update);
  }
}

/** By kick-off: all that a viewer has seen from kick-off to whistle. */
function listRuns(): Run[] {
  const runs: Run[] = [];
  const announced = new Map<string, number>();
  const begun = new Map<string, number>();
  const statuses = new Map<string, Match['status']>();
  for (const { timeMs, matches } of moments()) {
    for (const [id, match] of matches) {
      if (statuses.get(id) === match.status) continue;
      // What is there when the board opens was known before.
      if (match.status === 'scheduled') announced.set(id, statuses.has(id) ? timeMs : -Infinity);
      if (match.status === 'live' && statuses.has(id)) begun.set(id, timeMs);
      const [announcedMs, fromMs] = [announced.get(id), begun.get(id)];
      if (match.status === 'finished' && announcedMs !== undefined && fromMs !== undefined) {
        runs.push({ id, match, announcedMs, fromMs, untilMs: timeMs });
      }
      statuses.set(id, match.status);
    }
  }
  return runs.sort((a, b) => a.fromMs - b.fromMs);
}

const runs = listRuns();
const teams = new Set(runs.flatMap(({ match }) => [match.home.code, match.away.code]));
const groups = new Set(runs.map(({ match }) => match.stage).filter((stage) => stage.startsWith('Group')));
const runsOf = (team: string): Run[] => runs.filter(({ match }) => [match.home.code, match.away.code].includes(team));
const membersOf = (group: string, { matches }: Moment): Match[] =>
  [...matches.values()].filter(({ stage }) => stage === group);

describe('a viewer of the staged World Cup', () => {
  it('watches it for several passes', () => {
    expect(teams.size).toBe(32);
    expect(groups.size).toBe(8);
    expect(runs.length).toBeGreaterThan((PASSES - 1) * 64);
  });

  it('knows each match a wall minute before its kick-off at least', () => {
    for (const { id, announcedMs, fromMs } of runs) {
      expect((fromMs - announcedMs) / speed, id).toBeGreaterThanOrEqual(55_000);
    }
  });

  it('sees no team in two matches at once, and each team play its matches in their real order', () => {
    for (const team of teams) {
      const played = runsOf(team);
      const order = [...new Set(played.map(({ match }) => match.kickoff))].sort((a, b) => a - b);
      for (const [index, { id, match, untilMs }] of played.slice(0, -1).entries()) {
        const next = played[index + 1] as Run;
        expect(next.fromMs, `${team} after ${id}`).toBeGreaterThan(untilMs);
        expect(order.indexOf(next.match.kickoff), `${team} after ${id}`).toBe(
          (order.indexOf(match.kickoff) + 1) % order.length,
        );
      }
    }
  });

  it('sees a group end before its teams go on, its last two matches begun together', () => {
    for (const group of groups) {
      const inGroup = runs.filter(({ match }) => match.stage === group);
      const latest = Math.max(...inGroup.map(({ match }) => match.kickoff));
      const last = inGroup.filter(({ match }) => match.kickoff === latest);
      expect(last.length % 2, group).toBe(0);
      for (let index = 0; index < last.length; index += 2) expect(last[index]?.fromMs).toBe(last[index + 1]?.fromMs);
    }
    let before: Moment['matches'] = new Map();
    let checked = 0;
    for (const moment of moments()) {
      for (const [id, { stage, status, home, away }] of moment.matches) {
        if (stage !== 'Round of 16' || status !== 'live' || before.get(id)?.status !== 'scheduled') continue;
        for (const { code } of [home, away]) {
          const group = runsOf(code).find(({ match }) => groups.has(match.stage))?.match.stage ?? '';
          const statuses = membersOf(group, moment).map((member) => member.status);
          expect(statuses, `${id} after ${group}`).toEqual(Array.from({ length: 6 }, () => 'finished'));
          checked++;
        }
      }
      before = moment.matches;
    }
    expect(checked).toBe(PASSES * 16);
  });

  it('sees third place settled before the final, whose result stands for a wall minute', () => {
    const finals = runs.filter(({ match }) => match.stage === 'Final');
    expect(finals).toHaveLength(PASSES);
    for (const [pass, { id, fromMs, untilMs }] of finals.entries()) {
      const seamMs = startTimeMs + (pass + 1) * loopMs;
      expect((seamMs - untilMs) / speed).toBeGreaterThanOrEqual(55_000);
      for (const { timeMs, matches } of moments()) {
        if (timeMs >= untilMs && timeMs < seamMs) expect(matches.get(id)?.status).toBe('finished');
      }
      const third = runs.filter((run) => run.match.stage === 'Third place')[pass];
      expect(third?.fromMs).toBeLessThanOrEqual(fromMs);
      expect(third?.untilMs).toBeLessThan(untilMs);
    }
  });

  it('sees in a group, at every moment, the matches of one edition only', () => {
    const first = moments().next().value as Moment;
    const opened = new Map([...first.matches].map(([id, { stagedKickoff = NaN }]) => [id, stagedKickoff]));
    const begun = new Map<string, number>();
    const restarts = new Map<string, number>();
    const completed = new Map<string, number>();
    for (const moment of moments()) {
      for (const group of groups) {
        const members = membersOf(group, moment);
        expect(members, group).toHaveLength(6);
        const editions = new Set(
          [...moment.matches]
            .filter(([, { stage }]) => stage === group)
            .map(([id, { stagedKickoff = NaN }]) => stagedKickoff - (opened.get(id) ?? NaN)),
        );
        expect([...editions], `${group} at ${moment.timeMs}`).toHaveLength(1);

        const count = members.filter(({ status }) => status !== 'scheduled').length;
        const before = begun.get(group) ?? 0;
        if (count < before) {
          // All of it at once, from a table that has stood for a while.
          expect([before, count], `${group} at ${moment.timeMs}`).toEqual([6, 0]);
          expect((moment.timeMs - (completed.get(group) ?? NaN)) / speed, group).toBeGreaterThanOrEqual(55_000);
          restarts.set(group, (restarts.get(group) ?? 0) + 1);
        }
        begun.set(group, count);
        if (members.some(({ status }) => status !== 'finished')) completed.delete(group);
        else if (!completed.has(group)) completed.set(group, moment.timeMs);
      }
    }
    for (const group of groups) expect(restarts.get(group), group).toBe(PASSES);
  });
});
