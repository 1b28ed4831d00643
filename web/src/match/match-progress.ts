import type { Match, MatchEvent, Period, WinProbabilityEntry } from '@bigboard/shared/sport';
import { buildMatchAxis, periodOfMinute, type MatchAxis } from '../charts/match-axis.ts';
import { elapsedSecondsAt } from '../format/match-time.ts';
import type { Timed } from '../live/kinds.ts';

const PLAYED: readonly Period[] = ['1H', '2H', 'ET1', 'ET2'];

/** The axis all pictures of the match share: as long as what has been played, and never shorter than the rules say. */
export function axisOf(
  events: readonly Timed<MatchEvent>[],
  chances: readonly WinProbabilityEntry[],
  match: Pick<Match, 'clock' | 'period'>,
  streamTimeMs: number,
): MatchAxis {
  const reached: Partial<Record<Period, number>> = {};
  const reach = (period: Period, minute: number) => {
    if (PLAYED.includes(period)) reached[period] = Math.max(reached[period] ?? 0, minute);
  };
  let kicks = 0;
  for (const { entry } of events) {
    if (entry.type === 'kick') kicks++;
    else if (entry.type !== 'period') reach(periodOfMinute(entry.minute), entry.minute + (entry.stoppage ?? 0));
  }
  for (const { period, minute } of chances) reach(period, minute);
  reach(match.period, elapsedSecondsAt(match.clock, streamTimeMs) / 60);
  return buildMatchAxis({ reached, kicks: Math.max(kicks, match.period === 'PENS' ? 1 : 0) });
}

/** Where play stands on it. */
export function placeOfNow(
  axis: MatchAxis,
  { clock, period, status }: Pick<Match, 'clock' | 'period' | 'status'>,
  streamTimeMs: number,
): number {
  if (status === 'scheduled') return 0;
  // After the end, and in a shoot-out, the events say how far it went.
  if (status === 'finished' || period === 'PENS') return axis.xOf('FT', 0);
  return axis.xOf(period, elapsedSecondsAt(clock, streamTimeMs) / 60);
}

/** Where an event stands on the axis; a kick by its place among the kicks. */
export function placeEvents(
  axis: MatchAxis,
  events: readonly Timed<MatchEvent>[],
): { n: number; x: number; event: MatchEvent }[] {
  let kicks = 0;
  return events.map(({ n, entry: event }) => {
    if (event.type === 'kick') return { n, event, x: axis.xOfKick(kicks++) };
    if (event.type === 'period') return { n, event, x: axis.xOf(event.period, event.minute) };
    return { n, event, x: axis.xOf(periodOfMinute(event.minute), event.minute + (event.stoppage ?? 0)) };
  });
}
