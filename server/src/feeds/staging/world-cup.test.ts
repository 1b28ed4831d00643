import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { foldUpdates } from '@bigboard/shared/fold';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';
import { matchEventSchema, matchSchema, type Match, type MatchEvent } from '@bigboard/shared/sport';
import type { TopicDocument } from '@bigboard/shared/topic-document';
import { formatPlayerName } from '../importers/openfootball/player-name.ts';
import { readMatches } from '../importers/openfootball/read.ts';
import { findTeamCodes } from '../importers/openfootball/teams.ts';
import { readRecording } from '../recording-file.ts';
import { ReplayFeed } from '../replay.ts';
import { measureStaging } from './quality.ts';
import { RESULTS_2022, SCORERS_2022 } from './test/results-2022.ts';
import { stageWorldCup } from './world-cup.ts';

const RECORDING = fileURLToPath(new URL('../../../recordings/world-cup-2022.ndjson.gz', import.meta.url));
/** Kept beside the checkout, not in it. */
const SOURCE = fileURLToPath(
  new URL('../../../../../shared/data/football/openfootball-full/2022_timeline.jsonl', import.meta.url),
);
const hasSource = existsSync(SOURCE);
if (!hasSource) console.warn(`NOT CHECKED against openfootball's own timelines, which are not there: ${SOURCE}`);

const recording = await readRecording(RECORDING);
const { header, updates } = recording;
const loop = { startTimeMs: header.startTimeMs ?? 0, endTimeMs: header.endTimeMs ?? 0 };
const loopMs = loop.endTimeMs - loop.startTimeMs;

interface FinishedMatch {
  readonly fields: Match;
  readonly events: readonly MatchEvent[];
}

/** Every match as it stood at each of its final whistles, while the feed was played round `passes` times. */
function playLoops(passes: number): Map<string, FinishedMatch[]> {
  const feed = new ReplayFeed(recording, { name: 'world-cup', loop: true });
  const documents = new Map<string, TopicDocument>();
  const finished = new Map<string, FinishedMatch[]>();
  let seq = 0;
  for (const { update } of feed.opening()) foldUpdates(documents, seq++, [update]);
  for (let next = feed.next(); next !== undefined; next = feed.next()) {
    if (next.dueTimeMs >= feed.startTimeMs + passes * loopMs) break;
    foldUpdates(documents, seq++, [next.update]);
    const document = documents.get(next.update.topic);
    if (document === undefined || next.update.fields?.['status'] !== 'finished') continue;
    // Restored at the seam: that whistle was heard in the pass before.
    if (next.update.time < feed.startTimeMs) continue;
    const events = document.log.map(({ entry }) => matchEventSchema.parse(entry));
    const id = document.topic.slice('match:'.length);
    finished.set(id, [...(finished.get(id) ?? []), { fields: matchSchema.parse(document.values()), events }]);
  }
  return finished;
}

const finished = playLoops(2);
const matches = new Map([...finished].map(([id, times]) => [id, times[0] as FinishedMatch]));

function listGoals({ events }: FinishedMatch): string[] {
  return events
    .filter((event) => event.type === 'goal')
    .map(({ minute, stoppage, side, player, ownGoal, penalty }) =>
      describeGoal(stoppage ? `${minute}+${stoppage}` : `${minute}`, side, player, ownGoal ?? false, penalty ?? false),
    );
}

function describeGoal(when: string, side: string, player: string, isOwnGoal: boolean, isPenalty: boolean): string {
  return `${when} ${side} ${player}${isOwnGoal ? ' (o.g.)' : ''}${isPenalty ? ' (pen.)' : ''}`;
}

describe('the recorded World Cup of 2022', () => {
  it('says what it is: recorded, staged, at 30x, credited', () => {
    expect(header).toMatchObject({ origin: 'recorded', staged: true, speed: 30, licence: 'CC0-1.0' });
    expect(header.source).toContain('openfootball/worldcup');
    expect(recording.badLineCount).toBe(0);
    expect(statSync(RECORDING).size).toBeLessThan(100_000);
  });

  it('shows all 64 matches from the first moment on', () => {
    const opened = [...new ReplayFeed(recording, { name: 'world-cup', loop: true }).opening()];
    expect(new Set(opened.map(({ update }) => update.topic)).size).toBe(64);
  });

  it('ends all 64 with the real score, each time round', () => {
    expect([...matches.keys()].sort()).toEqual(RESULTS_2022.map(({ id }) => id).sort());
    for (const { id, score, shootout } of RESULTS_2022) {
      expect(finished.get(id)?.length, id).toBe(2);
      for (const { fields } of finished.get(id) ?? []) {
        expect({ id, score: fields.score, shootout: fields.shootout }).toEqual({ id, score, shootout });
        expect({ id, period: fields.period }).toEqual({ id, period: 'FT' });
      }
    }
  });

  it('plays a match the second time as the first', () => {
    for (const [id, [first, second]] of finished) expect(second?.events, id).toEqual(first?.events);
  });

  it('names the real scorers', () => {
    for (const [id, goals] of Object.entries(SCORERS_2022)) expect(listGoals(matches.get(id)!), id).toEqual(goals);
    expect([...matches.values()].flatMap(listGoals)).toHaveLength(172);
  });

  it('has both line-ups of every match, and counts each goal and kick on', () => {
    for (const [id, { fields, events }] of matches) {
      for (const team of [fields.home, fields.away]) expect(new Set(team.lineup).size, `${id} ${team.name}`).toBe(11);
      let goals = 0;
      for (const event of events) {
        if (event.type === 'goal') expect(event.score.home + event.score.away, id).toBe(++goals);
      }
      expect(fields.score.home + fields.score.away, id).toBe(goals);
      const lastKick = events.findLast((event) => event.type === 'kick');
      expect(lastKick?.shootout, id).toEqual(fields.shootout);
    }
  });

  it('goes through the periods in order, with extra time where there was one', () => {
    const normal = ['1H', 'HT', '2H', 'FT'];
    const long = ['1H', 'HT', '2H', 'break', 'ET1', 'ETHT', 'ET2', 'break', 'PENS', 'FT'];
    for (const [id, { fields, events }] of matches) {
      const periods = events.filter((event) => event.type === 'period').map(({ period }) => period);
      expect(periods, id).toEqual(fields.shootout === undefined ? normal : long);
    }
  });

  it('is a whole match in every state, its clock agreeing with the minute of each event', () => {
    const documents = new Map<string, TopicDocument>();
    for (const [index, { update }] of updates.entries()) {
      foldUpdates(documents, index, [update]);
      const { clock, period } = matchSchema.parse(documents.get(update.topic)?.values());
      for (const entry of update.log ?? []) {
        const event = matchEventSchema.parse(entry);
        if (event.type === 'period' || period === 'PENS') continue;
        expect(clock.running, update.topic).toBe(true);
        const playedSeconds = clock.elapsedSeconds + (update.time - clock.atTimeMs) / 1000;
        expect(Math.floor(playedSeconds / 60) + 1, update.topic).toBe(event.minute + (event.stoppage ?? 0));
      }
    }
  });

  it('keeps its law at every moment of the loop: never half a wall minute without a goal or a kick, always three in play', () => {
    const quality = measureStaging(updates, loop);
    expect(quality.longestGapMs / (header.speed ?? 1)).toBeLessThan(30_000);
    expect(quality.fewestInPlay).toBeGreaterThanOrEqual(3);
    expect(quality.mostInPlay).toBeLessThanOrEqual(12);
  });
});

// Without them the recording is held to the table of results of our own alone, and says so above.
if (hasSource) {
  describe("the recording against openfootball's timelines", () => {
    const source = readFileSync(SOURCE, 'utf8');

    it('has every score, shoot-out, goal, card, substitution and line-up of the source', () => {
      for (const facts of readMatches(source)) {
        const id = `2022-${findTeamCodes(facts.team1).code}-${findTeamCodes(facts.team2).code}`;
        const { fields, events } = matches.get(id)!;
        expect([fields.score.home, fields.score.away], id).toEqual(facts.score);
        expect(fields.shootout && [fields.shootout.home, fields.shootout.away], id).toEqual(facts.pens);
        expect(fields.kickoff, id).toBe(facts.kickoffMs);
        expect(fields.home.lineup, id).toEqual(facts.lineup1.map(formatPlayerName));
        expect(fields.away.lineup, id).toEqual(facts.lineup2.map(formatPlayerName));

        const goals = facts.events.flatMap((event) => {
          if (event.type !== 'goal') return [];
          const when = event.stoppage === undefined ? `${event.minute}` : `${event.minute}+${event.stoppage}`;
          const side = event.team === 1 ? 'home' : 'away';
          return [describeGoal(when, side, formatPlayerName(event.player), !!event.own_goal, !!event.penalty)];
        });
        expect(listGoals(matches.get(id)!), id).toEqual(goals);
        const count = (type: MatchEvent['type']): number => events.filter((event) => event.type === type).length;
        expect(count('substitution'), id).toBe(facts.events.filter(({ type }) => type === 'sub').length);
        expect(count('card') + count('substitution') + count('goal'), id).toBe(facts.events.length);
        expect(count('kick'), id).toBe(facts.shootout?.length ?? 0);
      }
    });

    it('is made again from them, line by line', () => {
      const again = stageWorldCup(source);
      const text = formatHeader(again.header) + again.updates.map(formatUpdate).join('');
      // Not the compressed bytes: versions of zlib differ in those.
      expect(gunzipSync(readFileSync(RECORDING)).toString('utf8') === text).toBe(true);
    }, 60_000);
  });
}
