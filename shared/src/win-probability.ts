import type { Chances, Period, Score, Side } from './sport.ts';

/** Shown beside the numbers, so that nobody takes them for more than they are. */
export const MODEL_NAME = 'Poisson, equal strengths';

/** What the chances depend on; who is playing does not count. */
export interface PlayState {
  readonly period: Period;
  /** Minutes on the match clock in the period's own numbering: 45+3 is 48 in `1H`, and the second half begins at 45. */
  readonly minute: number;
  readonly score: Score;
  /** Players sent off, of each side. */
  readonly sentOff: Score;
  /** Whether it goes on to extra time and a shoot-out when level. True of every match that has extra time. */
  readonly isKnockout: boolean;
  /** Of the shoot-out. */
  readonly kicks: Readonly<Record<Side, Kicks>>;
}

export interface Kicks {
  readonly taken: number;
  readonly scored: number;
}

/** Goals a side scores in 90 minutes and their stoppage: 172 in the 64 matches of 2022, extra time included. */
const GOALS_PER_MATCH = 1.3;

/** Where a period ends on the match clock, and the stoppage time to expect; minutes. */
const ENDS = {
  '1H': { endMinute: 45, stoppageMinutes: 3 },
  '2H': { endMinute: 90, stoppageMinutes: 6 },
  ET1: { endMinute: 105, stoppageMinutes: 1 },
  ET2: { endMinute: 120, stoppageMinutes: 2 },
} as const;
const LENGTHS = { '1H': 45 + 3, '2H': 45 + 6, ET1: 15 + 1, ET2: 15 + 2 } as const;
const GOALS_PER_MINUTE = GOALS_PER_MATCH / (LENGTHS['1H'] + LENGTHS['2H']);
/** Until the whistle has gone there is time for something: what is left of a period whose stoppage was longer. */
const LEAST_LEFT_MINUTES = 1;

/**
 * A sending-off lowers the rate of the side it hits much and raises the other's a little: J. Vecer, F. Kopriva, T. Ichiba,
 * "Estimating the Effect of the Red Card in Soccer", Journal of Quantitative Analysis in Sports 5(1), 2009, from betting
 * on the World Cup 2006 and the Euro 2008. Rounded here to a third less and a quarter more, for each player.
 */
const TEN_MEN_FACTOR = 2 / 3;
const AGAINST_TEN_FACTOR = 5 / 4;

/** The usual share of shoot-out kicks that go in. */
const KICK_SCORED = 0.75;
const KICKS_EACH = 5;
/** More goals than this in what is left of a match do not happen in the model. */
const MOST_GOALS = 20;

/**
 * The chances of the three ends of a match. The goals that each side still scores are independent and Poisson, with the
 * same rate for both but for players sent off, over the time that is left. A knock-out that is level goes on to extra
 * time at the same rates and then to a shoot-out; there the draw is 0 and the chances are those of advancing.
 */
export function chances(state: PlayState): Chances {
  const { period, isKnockout, score } = state;
  const lead = score.home - score.away;
  if (period === 'PENS' || (period === 'FT' && isKnockout && lead === 0)) return advancing(shootoutChance(state.kicks));
  if (period === 'FT') return { home: Number(lead > 0), draw: Number(lead === 0), away: Number(lead < 0) };
  const left = minutesLeft(period, state.minute);
  if (left.regular === 0) return advancing(extraTimeChance(lead, left.extra, state.sentOff));
  const regular = play(left.regular, state.sentOff);
  if (!isKnockout) return ends(lead, regular);
  let home = 0;
  for (const [change, chance] of regular) {
    const final = lead + change;
    if (final > 0) home += chance;
    else if (final === 0) home += chance * extraTimeChance(0, left.extra, state.sentOff);
  }
  return advancing(home);
}

/** The home side's chance of advancing when `minutes` of extra time are left. Level after it, the shoot-out is even. */
function extraTimeChance(lead: number, minutes: number, sentOff: Score): number {
  const { home, draw } = ends(lead, play(minutes, sentOff));
  return home + draw / 2;
}

/**
 * The home side's chance in a shoot-out, exact over the kicks to come. Who begins makes no difference: every kick goes in
 * with the same chance, and kicks left out because it was decided could not have changed it.
 */
export function shootoutChance({ home, away }: PlayState['kicks']): number {
  const homeLeft = kicksLeft(home.taken, away.taken);
  const awayLeft = kicksLeft(away.taken, home.taken);
  if (home.scored > away.scored + awayLeft) return 1;
  if (away.scored > home.scored + homeLeft) return 0;
  // Level after as many kicks each: sudden death, pair by pair, and neither is the better.
  if (homeLeft === 0 && awayLeft === 0) return 0.5;
  const isHomeNext = awayLeft === 0 || (homeLeft > 0 && home.taken <= away.taken);
  const next = (goals: number) =>
    isHomeNext
      ? shootoutChance({ home: { taken: home.taken + 1, scored: home.scored + goals }, away })
      : shootoutChance({ home, away: { taken: away.taken + 1, scored: away.scored + goals } });
  return KICK_SCORED * next(1) + (1 - KICK_SCORED) * next(0);
}

/** Of the five, or of the pair that the other side has begun. */
function kicksLeft(taken: number, takenByOther: number): number {
  return Math.max(0, Math.max(KICKS_EACH, takenByOther) - taken);
}

function advancing(home: number): Chances {
  return { home, draw: 0, away: 1 - home };
}

function ends(lead: number, changes: ReadonlyMap<number, number>): Chances {
  let home = 0;
  let draw = 0;
  let away = 0;
  for (const [change, chance] of changes) {
    if (lead + change > 0) home += chance;
    else if (lead + change < 0) away += chance;
    else draw += chance;
  }
  return { home, draw, away };
}

/** How the home side's lead changes in `minutes` of play: change -> chance, together 1. */
function play(minutes: number, sentOff: Score): ReadonlyMap<number, number> {
  const home = poisson(minutes * goalsPerMinute(sentOff.home, sentOff.away));
  const away = poisson(minutes * goalsPerMinute(sentOff.away, sentOff.home));
  const changes = new Map<number, number>();
  home.forEach((homeChance, homeGoals) => {
    away.forEach((awayChance, awayGoals) => {
      const change = homeGoals - awayGoals;
      changes.set(change, (changes.get(change) ?? 0) + homeChance * awayChance);
    });
  });
  return changes;
}

function goalsPerMinute(sentOff: number, sentOffOfOther: number): number {
  let rate = GOALS_PER_MINUTE;
  for (let player = 0; player < sentOff; player++) rate *= TEN_MEN_FACTOR;
  for (let player = 0; player < sentOffOfOther; player++) rate *= AGAINST_TEN_FACTOR;
  return rate;
}

/** The chances of 0, 1, 2 ... goals; the last is of that many or more, so that together they are 1. */
function poisson(mean: number): number[] {
  const shares = [Math.exp(-mean)];
  let sum = shares[0] as number;
  for (let goals = 1; goals < MOST_GOALS; goals++) {
    const share = ((shares[goals - 1] as number) * mean) / goals;
    shares.push(share);
    sum += share;
  }
  shares.push(Math.max(0, 1 - sum));
  return shares;
}

/** Minutes of play to expect before the end of the second half, and in extra time should there be one. */
function minutesLeft(period: Period, minute: number): { readonly regular: number; readonly extra: number } {
  const ofPeriod = (played: keyof typeof ENDS) =>
    Math.min(
      LENGTHS[played],
      Math.max(LEAST_LEFT_MINUTES, ENDS[played].endMinute + ENDS[played].stoppageMinutes - minute),
    );
  const extra = LENGTHS.ET1 + LENGTHS.ET2;
  switch (period) {
    case 'pre':
      return { regular: LENGTHS['1H'] + LENGTHS['2H'], extra };
    case '1H':
      return { regular: ofPeriod('1H') + LENGTHS['2H'], extra };
    case 'HT':
      return { regular: LENGTHS['2H'], extra };
    case '2H':
      return { regular: ofPeriod('2H'), extra };
    case 'break':
      // There is a second one, between extra time and the shoot-out.
      return { regular: 0, extra: minute < ENDS.ET2.endMinute ? extra : 0 };
    case 'ET1':
      return { regular: 0, extra: ofPeriod('ET1') + LENGTHS.ET2 };
    case 'ETHT':
      return { regular: 0, extra: LENGTHS.ET2 };
    case 'ET2':
      return { regular: 0, extra: ofPeriod('ET2') };
    case 'PENS':
    case 'FT':
      return { regular: 0, extra: 0 };
  }
}
