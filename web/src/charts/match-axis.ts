import type { Period } from '@bigboard/shared/sport';

/** The periods in which the clock runs, with the minutes they are meant to span. */
const PLAYED = [
  { period: '1H', fromMinute: 0, toMinute: 45 },
  { period: '2H', fromMinute: 45, toMinute: 90 },
  { period: 'ET1', fromMinute: 90, toMinute: 105 },
  { period: 'ET2', fromMinute: 105, toMinute: 120 },
] as const;
type PlayedPeriod = (typeof PLAYED)[number]['period'];

/** Where on the axis the other periods stand: at the end of the one before them. */
const STANDS_AFTER: Readonly<Partial<Record<Period, PlayedPeriod>>> = { HT: '1H', break: '2H', ETHT: 'ET1' };

/** A kick's share of the axis, in minutes; a shoot-out is given room for ten at least. */
const KICK_MINUTES = 1.8;
const KICKS_SHOWN = 10;

export interface MatchAxisInput {
  /** Greatest minute seen in each period, stoppage included: `{ '1H': 48 }`. */
  readonly reached: Readonly<Partial<Record<PlayedPeriod, number>>>;
  readonly kicks: number;
}

export interface MatchTick {
  readonly x: number;
  readonly label: string;
  /** Ends a period, so it is drawn stronger. */
  readonly isEnd: boolean;
}

/**
 * Match time as one line: stoppage time lengthens its half, so that 45+3 comes before 46 although both are "minute 48".
 * Positions are in minutes from kick-off along that line.
 */
export interface MatchAxis {
  readonly length: number;
  readonly ticks: readonly MatchTick[];
  /** `minute` counts played minutes in the period's own numbering (45+3 is 48 in `1H`). */
  xOf(period: Period, minute: number): number;
  /** Of the shoot-out's kick, from 0. */
  xOfKick(index: number): number;
  /** What is written for a place: `23′`, `45+2′`, `Pens`. */
  labelAt(x: number): string;
}

/** Pixels right of the plot, for the newest values; whatever shares the axis leaves the same margin. */
export const MATCH_AXIS_MARGIN = 100;

/** The ticks whose labels fit: ends of periods first, then what stands at least `leastMinutes` from all of them. */
export function fitTicks(ticks: readonly MatchTick[], leastMinutes: number): MatchTick[] {
  const kept: MatchTick[] = [];
  for (const tick of [...ticks.filter(({ isEnd }) => isEnd), ...ticks.filter(({ isEnd }) => !isEnd)]) {
    if (kept.every(({ x }) => Math.abs(x - tick.x) >= leastMinutes)) kept.push(tick);
  }
  return kept.sort((a, b) => a.x - b.x);
}

/** The period in which a minute as written lies; the stoppage is written apart, so 45 is always the first half. */
export function periodOfMinute(minute: number): PlayedPeriod {
  return PLAYED.find(({ toMinute }) => minute <= toMinute)?.period ?? 'ET2';
}

export function buildMatchAxis({ reached, kicks }: MatchAxisInput): MatchAxis {
  const hasExtraTime = reached.ET1 !== undefined || reached.ET2 !== undefined;
  const starts = new Map<PlayedPeriod, number>();
  const ends = new Map<PlayedPeriod, number>();
  const ticks: MatchTick[] = [{ x: 0, label: '0′', isEnd: false }];
  let end = 0;
  for (const { period, fromMinute, toMinute } of hasExtraTime ? PLAYED : PLAYED.slice(0, 2)) {
    const start = end;
    end = start + Math.max(toMinute, reached[period] ?? 0) - fromMinute;
    starts.set(period, start);
    ends.set(period, end);
    for (let minute = fromMinute + 15; minute < toMinute; minute += 15) {
      ticks.push({ x: start + minute - fromMinute, label: `${minute}′`, isEnd: false });
    }
    ticks.push({
      x: end,
      label: period === '1H' ? 'HT' : formatEnd(toMinute, end - start - (toMinute - fromMinute)),
      isEnd: true,
    });
  }
  const playEnd = end;
  const xOfKick = (index: number) => playEnd + (index + 1) * KICK_MINUTES;
  if (kicks > 0) {
    end = xOfKick(Math.max(kicks, KICKS_SHOWN)) + KICK_MINUTES / 2;
    ticks.push({ x: (playEnd + end) / 2, label: 'Pens', isEnd: false });
  }
  const xOf = (period: Period, minute: number) => {
    if (period === 'pre') return 0;
    const played = PLAYED.find((candidate) => candidate.period === period);
    if (played === undefined) return ends.get(STANDS_AFTER[period] ?? 'ET2') ?? playEnd;
    const x = (starts.get(played.period) ?? playEnd) + Math.max(0, minute - played.fromMinute);
    return Math.min(x, ends.get(played.period) ?? playEnd);
  };
  const labelAt = (x: number) => {
    if (x > playEnd) return 'Pens';
    const played = PLAYED.find(({ period }) => x <= (ends.get(period) ?? playEnd)) ?? PLAYED[1];
    const minute = played.fromMinute + Math.floor(x - (starts.get(played.period) ?? 0));
    return formatEnd(Math.min(minute, played.toMinute), minute - played.toMinute);
  };
  return { length: end, ticks, xOf, xOfKick, labelAt };
}

function formatEnd(minute: number, stoppage: number): string {
  const added = Math.floor(stoppage);
  return added > 0 ? `${minute}+${added}′` : `${minute}′`;
}
