import type { Chances, Side } from '@bigboard/shared/sport';
import { formatMatchMinute } from '../format/match-time.ts';
import { formatShare, formatSigned } from '../format/number.ts';
import { largestSwings, type Swing } from './swings.ts';

/** The chart in two sentences, for those who do not see the canvas. */
export function summariseChances(
  now: Chances,
  swings: readonly Swing[],
  names: Readonly<Record<Side, string>>,
  knockout: boolean,
): string {
  const turns = largestSwings(swings, 3).map(
    (swing) => `${formatMatchMinute(swing)} ${swing.player} for ${names[swing.side]}, ${formatSigned(swing.points, 0)}`,
  );
  const sentence = `Chances now: ${listChances(now, names, knockout)}.`;
  return turns.length === 0 ? sentence : `${sentence} Largest swings in points: ${turns.join('; ')}.`;
}

/** `Japan 66%, draw 24%, Spain 10%` */
export function listChances(
  { home, draw, away }: Chances,
  names: Readonly<Record<Side, string>>,
  knockout: boolean,
): string {
  const shares = [`${names.home} ${formatShare(home)}`, `${names.away} ${formatShare(away)}`];
  if (!knockout) shares.splice(1, 0, `draw ${formatShare(draw)}`);
  return shares.join(', ');
}
