import type { Json } from '@bigboard/shared/json';
import { matchEventSchema, matchSchema, type Match, type MatchEvent, type Period } from '@bigboard/shared/sport';
import type { Update } from '@bigboard/shared/update';

/** 2022-12-01 15:00 UTC: real kick-off and stream time alike. */
export const KICKOFF_MS = Date.UTC(2022, 11, 1, 15);
const MINUTE_MS = 60_000;
const BREAK_MS = 15 * MINUTE_MS;
const RUNNING: readonly Period[] = ['1H', '2H', 'ET1', 'ET2'];

type Fields = { [name: string]: Json };

/** A team whose name and code are the same three letters. */
export const team = (code: string) => ({ name: code, code });

export function fixture(id: string, stage: string, options: Partial<Match> = {}): Update {
  const [home = '', away = ''] = id.split('-');
  const match: Match = {
    sport: 'football',
    competition: 'World Cup 2022',
    stage,
    kickoff: KICKOFF_MS,
    home: { ...team(home), lineup: ['Keeper'] },
    away: team(away),
    status: 'scheduled',
    period: 'pre',
    clock: { atTimeMs: KICKOFF_MS, elapsedSeconds: 0, running: false, baseMinute: 45 },
    score: { home: 0, away: 0 },
    ...options,
  };
  return { topic: `match:${id}`, time: KICKOFF_MS - 60 * MINUTE_MS, fields: { ...matchSchema.parse(match) } };
}

/** The updates of one match from its kick-off on, each at the stream time at which its clock stands at the minute. */
export class MatchTeller {
  readonly topic: string;
  #anchor = { timeMs: KICKOFF_MS, minute: 0 };
  #score = { home: 0, away: 0 };

  constructor(id: string) {
    this.topic = `match:${id}`;
  }

  timeAt(minute: number): number {
    return this.#anchor.timeMs + (minute - this.#anchor.minute) * MINUTE_MS;
  }

  /** A period begins with the clock at `minute`. Breaks last 15 minutes of stream time. */
  period(period: Period, minute: number): Update {
    const running = RUNNING.includes(period);
    const time = running && period !== '1H' ? this.#anchor.timeMs + BREAK_MS : this.timeAt(minute);
    this.#anchor = { timeMs: time, minute };
    const status = period === 'FT' ? 'finished' : 'live';
    const clock = { atTimeMs: time, elapsedSeconds: minute * 60, running, baseMinute: 45 };
    const fields: Fields = { status, period, clock };
    if (period === 'PENS') fields['shootout'] = { home: 0, away: 0 };
    return { topic: this.topic, time, fields, log: [event({ type: 'period', period, minute })] };
  }

  goal(minute: number, side: 'home' | 'away', player = 'Scorer'): Update {
    this.#score = { ...this.#score, [side]: this.#score[side] + 1 };
    const score = this.#score;
    return {
      topic: this.topic,
      time: this.timeAt(minute),
      fields: { score },
      log: [event({ type: 'goal', minute, side, player, score })],
    };
  }

  card(minute: number, side: 'home' | 'away', card: 'yellow' | 'second_yellow' | 'red'): Update {
    return {
      topic: this.topic,
      time: this.timeAt(minute),
      log: [event({ type: 'card', minute, side, player: 'Sinner', card })],
    };
  }

  /** @param shootout as it stands after the kick */
  kick(side: 'home' | 'away', scored: boolean, home: number, away: number): Update {
    const shootout = { home, away };
    return {
      topic: this.topic,
      time: this.#anchor.timeMs,
      fields: { shootout },
      log: [event({ type: 'kick', minute: 120, side, player: 'Taker', scored, shootout })],
    };
  }

  /** Strikes the entry off, and puts the score right. */
  strikeOff(minute: number, entry: number, home: number, away: number): Update {
    this.#score = { home, away };
    const score = this.#score;
    return { topic: this.topic, time: this.timeAt(minute), fields: { score }, log: [{ corrects: entry }] };
  }
}

function event(content: MatchEvent): Fields {
  return matchEventSchema.parse(content);
}
