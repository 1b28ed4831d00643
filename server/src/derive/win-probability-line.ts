import type { Json } from '@bigboard/shared/json';
import {
  PERIODS,
  winProbabilityEntrySchema,
  type Chances,
  type MatchEvent,
  type Period,
  type Side,
  type WinProbabilityEntry,
} from '@bigboard/shared/sport';
import { chances, type PlayState } from '@bigboard/shared/win-probability';
import { z } from 'zod';

/** Between two causes the line has a point every so many minutes of play. */
const STEP_MINUTES = 2;
/** A clock that nobody stopped draws no line for ever; the longest stoppage of 2022 was 14 minutes. */
const MOST_STOPPAGE_MINUTES = 20;

/** The periods in which the clock runs; minutes. */
const PLAYED: Readonly<Partial<Record<Period, { readonly startMinute: number; readonly endMinute: number }>>> = {
  '1H': { startMinute: 0, endMinute: 45 },
  '2H': { startMinute: 45, endMinute: 90 },
  ET1: { startMinute: 90, endMinute: 105 },
  ET2: { startMinute: 105, endMinute: 120 },
};
const EXTRA: readonly Period[] = ['break', 'ET1', 'ETHT', 'ET2', 'PENS'];

const NO_KICKS = { taken: 0, scored: 0 };
const START: PlayState = {
  period: 'pre',
  minute: 0,
  score: { home: 0, away: 0 },
  sentOff: { home: 0, away: 0 },
  isKnockout: false,
  kicks: { home: NO_KICKS, away: NO_KICKS },
};

type Cause = NonNullable<WinProbabilityEntry['cause']>;

interface NumberedEntry {
  readonly n: number;
  readonly entry: Json;
}

/** An entry that told of an event, by the number it has in the line's own log. */
interface Told {
  readonly n: number;
  readonly entry: WinProbabilityEntry;
}

const count = z.number();
const pair = z.tuple([count, count]);

/** A line in few words: what the match has been taken for, and which entries told of which events. */
export const lineStateSchema = z.object({
  period: z.enum(PERIODS),
  minute: z.number(),
  score: pair,
  sentOff: pair,
  /** Of each side, those taken and those scored. */
  kicks: z.tuple([count, count, count, count]),
  isKnockout: z.boolean(),
  /** The number of the event in the match's timeline, then that of the entry in the line's own log. */
  causes: z.array(pair),
});
export type LineState = z.infer<typeof lineStateSchema>;

/**
 * The chances of one match as a line through its time, drawn from the events of its timeline and from its clock. It is
 * the same line whether it is drawn as the match goes on or all at once from a finished one.
 */
export class ChanceLine {
  #state: PlayState;
  #chances: Chances | undefined;
  #newestEntry = 0;
  #untold: Json[] = [];
  /** By the number of the event in the match's timeline. */
  readonly #causes = new Map<number, Told>();

  constructor(isKnockout: boolean) {
    this.#state = { ...START, isKnockout };
  }

  /** @param log what has been told of it */
  static restore(state: LineState, log: readonly NumberedEntry[]): ChanceLine {
    const { period, minute, isKnockout, score, sentOff, kicks, causes } = state;
    const line = new ChanceLine(isKnockout);
    line.#state = {
      ...{ period, minute, isKnockout },
      score: { home: score[0], away: score[1] },
      sentOff: { home: sentOff[0], away: sentOff[1] },
      kicks: { home: { taken: kicks[0], scored: kicks[1] }, away: { taken: kicks[2], scored: kicks[3] } },
    };
    line.#newestEntry = log.at(-1)?.n ?? 0;
    const told = new Map(log.map(({ n, entry }) => [n, winProbabilityEntrySchema.safeParse(entry).data]));
    for (const [event, n] of causes) {
      const entry = told.get(n);
      if (entry !== undefined) line.#causes.set(event, { n, entry });
    }
    return line;
  }

  state(): LineState {
    const { period, minute, isKnockout, score, sentOff, kicks } = this.#state;
    return {
      ...{ period, minute, isKnockout },
      score: [score.home, score.away],
      sentOff: [sentOff.home, sentOff.away],
      kicks: [kicks.home.taken, kicks.home.scored, kicks.away.taken, kicks.away.scored],
      causes: [...this.#causes].map(([event, { n }]) => [event, n]),
    };
  }

  /** Whether it has come to where entries are drawn. */
  get hasBegun(): boolean {
    return this.#newestEntry > 0;
  }

  /** How many events of a kind stand with a side. */
  count(type: Cause['type'], side: Side): number {
    return [...this.#causes.values()].filter(({ entry: { cause } }) => cause?.type === type && cause.side === side)
      .length;
  }

  get chances(): Chances {
    return (this.#chances ??= round(chances(this.#state)));
  }

  get isKnockout(): boolean {
    return this.#state.isKnockout;
  }

  /** The entries since it was last asked. */
  takeUntold(): readonly Json[] {
    return this.#untold.splice(0);
  }

  /**
   * @param n the event's number in the match's timeline
   * @param newest the period the match has come to; no event is taken for a later one
   */
  follow(n: number, event: MatchEvent, newest: Period): void {
    const minute = event.minute + (event.stoppage ?? 0);
    if (event.type === 'period') {
      if (this.#isAhead(event.period, minute)) this.#enter(event.period, minute);
      return;
    }
    const cause = causeOf(event);
    if (cause === undefined) return;
    const period = event.type === 'kick' ? 'PENS' : earlier(periodOf(event.minute), newest);
    if (this.#isAhead(period, minute)) this.#enter(period, minute);
    this.advance(minute);
    this.#change(after({ ...this.#state, minute: Math.max(minute, this.#state.minute) }, event));
    this.#causes.set(n, { entry: this.#draw(cause), n: this.#newestEntry });
  }

  /** The event `n` of the timeline has been put right, or struck off when there is no `event` any more. */
  correct(n: number, event: MatchEvent | undefined, newest: Period): void {
    const told = this.#causes.get(n);
    const cause = event === undefined ? undefined : causeOf(event);
    if (told === undefined) {
      if (event !== undefined) this.follow(n, event, newest);
      return;
    }
    // The chances had moved all the same; only who moved them was wrong.
    const { cause: wrong, ...rest } = told.entry;
    if (JSON.stringify(wrong) === JSON.stringify(cause)) return;
    const entry = { ...rest, ...(cause === undefined ? {} : { cause }) };
    this.#untold.push({ corrects: told.n, ...entry });
    this.#newestEntry++;
    if (cause === undefined) this.#causes.delete(n);
    else this.#causes.set(n, { n: told.n, entry });
  }

  /** What the match says of itself, when its timeline does not say it: no entry if it is what the line has. */
  agree(state: PlayState): void {
    // Nothing a match says before it begins moves its chances.
    if (state.period === 'pre')
      return this.#change({ ...START, isKnockout: state.isKnockout || this.#state.isKnockout });
    if (this.#state.period === 'pre') this.#enter('1H', 0);
    // What happened before it was seen is not known, so no steps are drawn through it.
    else if (this.#isAhead(state.period, state.minute)) this.#enter(state.period, state.minute);
    const minute = state.period === this.#state.period ? Math.max(this.#state.minute, state.minute) : state.minute;
    const isKnockout = state.isKnockout || this.#state.isKnockout || EXTRA.includes(state.period);
    const next = { ...state, isKnockout, minute };
    if (withoutMinute(next) === withoutMinute(this.#state)) return;
    this.#change(next);
    this.#draw();
  }

  /** Play has gone on, and nothing has happened, until just before `minute`. */
  advance(minute: number): void {
    const played = PLAYED[this.#state.period];
    if (played === undefined) return;
    const untilMinute = Math.min(minute, played.endMinute + MOST_STOPPAGE_MINUTES);
    for (let step = nextStep(this.#state.minute); step < untilMinute; step = nextStep(step)) {
      this.#change({ ...this.#state, minute: step });
      this.#draw();
    }
  }

  #change(state: PlayState): void {
    this.#state = state;
    this.#chances = undefined;
  }

  #isAhead(period: Period, minute: number): boolean {
    return orderOf(period, minute) > orderOf(this.#state.period, this.#state.minute);
  }

  #enter(period: Period, minute: number): void {
    if (this.#state.period === 'pre' && period !== '1H') this.#enter('1H', 0);
    const startMinute = PLAYED[period]?.startMinute;
    // A whistle is written with the whole minutes played by then, an event with the minute it falls in. Read alike, the
    // line would have a point more or less at the whistle, by whether somebody had looked at the clock just before.
    this.advance(startMinute ?? Math.floor(minute) + 1);
    const isKnockout = this.#state.isKnockout || EXTRA.includes(period);
    this.#change({
      ...this.#state,
      period,
      isKnockout,
      minute: startMinute ?? Math.max(minute, this.#state.minute),
    });
    this.#draw();
  }

  #draw(cause?: Cause): WinProbabilityEntry {
    const { minute, period } = this.#state;
    const entry = { ...this.chances, minute, period, ...(cause === undefined ? {} : { cause }) };
    this.#untold.push(entry);
    this.#newestEntry++;
    return entry;
  }
}

function after(state: PlayState, event: MatchEvent): PlayState {
  if (event.type === 'goal') return { ...state, score: event.score };
  if (event.type === 'card') {
    return { ...state, sentOff: { ...state.sentOff, [event.side]: state.sentOff[event.side] + 1 } };
  }
  if (event.type !== 'kick') return state;
  const { side, shootout } = event;
  const kick = (of: Side) => ({ taken: state.kicks[of].taken + Number(of === side), scored: shootout[of] });
  return { ...state, kicks: { home: kick('home'), away: kick('away') } };
}

/** Undefined of what does not move the chances. */
export function causeOf(event: MatchEvent): Cause | undefined {
  const isCause = event.type === 'goal' || event.type === 'kick' || (event.type === 'card' && event.card !== 'yellow');
  if (!isCause) return undefined;
  const { type, side, player, minute, stoppage } = event;
  return { type, side, player, minute, ...(stoppage === undefined ? {} : { stoppage }) };
}

/** The period in which a minute as written lies: its stoppage is written apart, so 45 is always the first half. */
function periodOf(minute: number): Period {
  const periods = Object.keys(PLAYED) as Period[];
  return periods.find((period) => minute <= (PLAYED[period]?.endMinute ?? 0)) ?? 'ET2';
}

/** There are two breaks: before extra time, and between it and the shoot-out. */
function orderOf(period: Period, minute: number): number {
  return period === 'break' && minute >= 120 ? PERIODS.indexOf('PENS') - 0.5 : PERIODS.indexOf(period);
}

function earlier(a: Period, b: Period): Period {
  return PERIODS.indexOf(a) > PERIODS.indexOf(b) ? b : a;
}

function nextStep(minute: number): number {
  return (Math.floor(minute / STEP_MINUTES) + 1) * STEP_MINUTES;
}

/** Everything but the time, as text that is equal when the states are. */
function withoutMinute({ period, score, sentOff, isKnockout, kicks }: PlayState): string {
  const pairs = [score, sentOff].map(({ home, away }) => [home, away]);
  const taken = [kicks.home, kicks.away].map((side) => [side.taken, side.scored]);
  return JSON.stringify([period, pairs, isKnockout, taken]);
}

/** To a hundredth of a percent, and together still 1: what rounding leaves over is the draw's, so that sides stay level. */
function round(exact: Chances): Chances {
  const rounded = { home: toShare(exact.home), draw: toShare(exact.draw), away: toShare(exact.away) };
  const heir = rounded.draw > 0 ? 'draw' : rounded.home > rounded.away ? 'home' : 'away';
  const rest = 1 - rounded.home - rounded.draw - rounded.away;
  return { ...rounded, [heir]: toShare(rounded[heir] + rest) };
}

function toShare(chance: number): number {
  return Math.round(chance * 10_000) / 10_000;
}
