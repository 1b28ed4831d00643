import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START_MS = Date.UTC(2022, 11, 1, 19);
const GROUP_E = {
  sport: 'football',
  competition: 'World Cup 2022',
  stage: 'Group E',
  kickoff: START_MS,
  home: { name: 'Japan', code: 'JPN', country: 'jp' },
  away: { name: 'Spain', code: 'ESP', country: 'es' },
  status: 'live',
  period: '1H',
};

/** An update as a line has it, but for its time: so many milliseconds after the start. */
interface Line {
  readonly topic: string;
  readonly afterMs: number;
  readonly fields?: object;
  readonly log?: readonly unknown[];
  readonly reset?: true;
}

/** A recording written by hand, played at the speed of life; the file is deleted when disposed. */
class Recording implements Disposable {
  readonly file: string;
  readonly #folder: string;

  constructor(title: string, endMs: number, lines: readonly Line[]) {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'bigboard-e2e-'));
    this.file = path.join(this.#folder, 'recording.ndjson');
    const header = {
      bigboard: 1,
      title,
      source: 'made up for a test',
      licence: 'CC0-1.0',
      origin: 'recorded',
      staged: true,
      speed: 1,
      endTimeMs: START_MS + endMs,
    };
    const updates = lines.map(({ afterMs, ...update }) => ({ ...update, time: START_MS + afterMs }));
    writeFileSync(this.file, [header, ...updates].map((line) => JSON.stringify(line) + '\n').join(''));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** One match in which a goal falls some seconds after the start. */
export class GoalRecording extends Recording {
  /** @param endsWithGoal the feed is over when the goal has fallen, rather than at half-time */
  constructor(goalAfterMs: number, endsWithGoal = false) {
    const clock = { atTimeMs: START_MS, elapsedSeconds: 600, running: true, baseMinute: 45 };
    const goal = { type: 'goal', minute: 11, side: 'home', player: 'Tanaka', score: { home: 1, away: 0 } };
    const topic = 'sports/match:one';
    super('One goal of 2022', 3_600_000, [
      { topic, afterMs: 0, fields: { ...GROUP_E, clock, score: { home: 0, away: 0 } } },
      { topic, afterMs: goalAfterMs, fields: { score: { home: 1, away: 0 } }, log: [goal] },
      ...(endsWithGoal ? [] : [{ topic, afterMs: 2_100_000, fields: { period: 'HT' } }]),
    ]);
  }
}

/** Topics of kinds the page does not know: a boiler that is removed for a while, and workers that stay. */
export class OwnTopicsRecording extends Recording {
  /**
   * @param removedAfterMs when the boiler is removed; each second before it is a degree warmer
   * @param backAfterMs when it is written again
   */
  constructor(removedAfterMs: number, backAfterMs: number) {
    const topic = 'markets/sensor:boiler-1';
    const seconds = Array.from({ length: Math.ceil(removedAfterMs / 1_000) - 1 }, (_, index) => index + 1);
    super('A workshop', 3_600_000, [
      {
        topic,
        afterMs: 0,
        fields: {
          temperature: 70,
          state: 'heating',
          place: { hall: 1, row: 'B' },
          manual: 'warm up slowly. '.repeat(20),
        },
        log: [
          { temperature: 60, note: 'strat' },
          { temperature: 65, note: 'warm' },
          'inspected',
          { corrects: 1, temperature: 60, note: 'start' },
        ],
      },
      ...Array.from({ length: 30 }, (_, index) => ({
        topic: `sports/worker:emails:q${index + 1}`,
        afterMs: 0,
        fields: { waiting: index },
      })),
      ...seconds.map((second) => ({ topic, afterMs: second * 1_000, fields: { temperature: 70 + second } })),
      { topic, afterMs: removedAfterMs, reset: true },
      { topic, afterMs: backAfterMs, fields: { temperature: 20 } },
      { topic, afterMs: 3_600_000, fields: { temperature: 21 } },
    ]);
  }
}
