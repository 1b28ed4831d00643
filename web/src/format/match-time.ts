import type { Clock, MatchStatus, Period } from '@bigboard/shared/sport';

const PRIME = '\u2032';

/** A minute as written in a report: `71′`, `90+4′`. */
export function formatMatchMinute(moment: { readonly minute: number; readonly stoppage?: number | undefined }): string {
  return moment.stoppage ? `${moment.minute}+${moment.stoppage}${PRIME}` : `${moment.minute}${PRIME}`;
}

/** No period goes on for so long after its regular time: a stream time later than that has nothing to do with the match. */
const LONGEST_STOPPAGE_SECONDS = 30 * 60;

/** Seconds played at a stream time; the anchor's own when the clock stands. */
export function elapsedSecondsAt(clock: Clock, streamTimeMs: number): number {
  if (!clock.running) return clock.elapsedSeconds;
  const furthest = Math.max(clock.elapsedSeconds, clock.baseMinute * 60 + LONGEST_STOPPAGE_SECONDS);
  return Math.min(furthest, Math.max(0, clock.elapsedSeconds + (streamTimeMs - clock.atTimeMs) / 1000));
}

interface ClockedMatch {
  readonly status: MatchStatus;
  readonly period: Period;
  readonly clock: Clock;
}

const STANDING: Readonly<Partial<Record<Period, string>>> = {
  HT: 'HT',
  break: 'Break',
  ETHT: 'ET HT',
  PENS: 'Pens',
  FT: 'FT',
};

/** What a card shows for time: `71′`, `45+2′`, `HT`, `Pens`, `FT`; empty before kick-off. */
export function formatMatchClock(match: ClockedMatch, streamTimeMs: number): string {
  if (match.status === 'scheduled') return '';
  if (match.status === 'finished') return 'FT';
  const standing = STANDING[match.period];
  if (standing !== undefined) return standing;
  const { baseMinute } = match.clock;
  const minute = Math.floor(elapsedSecondsAt(match.clock, streamTimeMs) / 60) + 1;
  return formatMatchMinute(minute > baseMinute ? { minute: baseMinute, stoppage: minute - baseMinute } : { minute });
}

const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  pre: 'Not started',
  '1H': 'First half',
  HT: 'Half-time',
  '2H': 'Second half',
  break: 'Before extra time',
  ET1: 'Extra time, first half',
  ETHT: 'Extra time, half-time',
  ET2: 'Extra time, second half',
  PENS: 'Shoot-out',
  FT: 'Full time',
};

export function nameOfPeriod(period: Period): string {
  return PERIOD_NAMES[period];
}
