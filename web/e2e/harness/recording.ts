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

/** A recording of one match in which a goal falls some seconds after the start; the file is deleted when disposed. */
export class GoalRecording implements Disposable {
  readonly file: string;
  readonly #folder: string;

  /** @param endsWithGoal the feed is over when the goal has fallen, rather than at half-time */
  constructor(goalAfterMs: number, endsWithGoal = false) {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'bigboard-e2e-'));
    this.file = path.join(this.#folder, 'goal.ndjson');
    const clock = { atTimeMs: START_MS, elapsedSeconds: 600, running: true, baseMinute: 45 };
    const goal = { type: 'goal', minute: 11, side: 'home', player: 'Tanaka', score: { home: 1, away: 0 } };
    const lines = [
      {
        bigboard: 1,
        title: 'One goal of 2022',
        source: 'made up for a test',
        licence: 'CC0-1.0',
        origin: 'recorded',
        staged: true,
        speed: 1,
        endTimeMs: START_MS + 3_600_000,
      },
      { topic: 'sports/match:one', time: START_MS, fields: { ...GROUP_E, clock, score: { home: 0, away: 0 } } },
      {
        topic: 'sports/match:one',
        time: START_MS + goalAfterMs,
        fields: { score: { home: 1, away: 0 } },
        log: [goal],
      },
      ...(endsWithGoal ? [] : [{ topic: 'sports/match:one', time: START_MS + 2_100_000, fields: { period: 'HT' } }]),
    ];
    writeFileSync(this.file, lines.map((line) => JSON.stringify(line) + '\n').join(''));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
