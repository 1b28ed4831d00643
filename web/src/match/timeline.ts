import type { MatchEvent, Period, Score } from '@bigboard/shared/sport';
import { shortName } from '../charts/swings.ts';
import { formatMatchMinute, nameOfPeriod } from '../format/match-time.ts';
import type { Timed } from '../live/kinds.ts';

/** A line of the timeline as it is shown. */
export interface TimelineRow {
  readonly n: number;
  readonly event: MatchEvent;
  /** `81′`, `Pens`; empty for a period, which is a divider. */
  readonly when: string;
  readonly title: string;
  readonly detail: string;
  /** The score after a goal or a kick, and at a period's end. */
  readonly score: string;
}

/** The match from its newest event backwards. */
export function layOutTimeline(entries: readonly Timed<MatchEvent>[]): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let score: Score = { home: 0, away: 0 };
  for (const { n, entry } of entries) {
    if (entry.type === 'goal') score = entry.score;
    if (entry.type === 'period' && !MARKED.has(entry.period)) continue;
    rows.push(rowOf(n, entry, score));
  }
  return rows.reverse();
}

function rowOf(n: number, event: MatchEvent, score: Score): TimelineRow {
  const when = formatMatchMinute(event);
  switch (event.type) {
    case 'goal': {
      const detail = event.ownGoal ? 'own goal for' : event.penalty ? 'penalty' : '';
      return { n, event, when, title: event.player, detail, score: formatScore(event.score) };
    }
    case 'card':
      return { n, event, when, title: event.player, detail: CARD_DETAIL[event.card], score: '' };
    case 'substitution':
      return { n, event, when, title: event.on, detail: `for ${shortName(event.off)}`, score: '' };
    case 'kick': {
      const detail = event.scored ? '' : 'missed';
      return { n, event, when: 'Pens', title: event.player, detail, score: formatScore(event.shootout) };
    }
    case 'period': {
      const isStart = event.period === '1H';
      const title = isStart ? 'Kick-off' : nameOfPeriod(event.period);
      return { n, event, when: '', title, detail: '', score: isStart ? '' : formatScore(score) };
    }
  }
}

const CARD_DETAIL = { yellow: '', second_yellow: 'second yellow, sent off', red: 'sent off' } as const;
/** Where a line is drawn across: the start, and each end with its score. The next half's start would only repeat that. */
const MARKED: ReadonlySet<Period> = new Set(['1H', 'HT', 'break', 'ETHT', 'PENS', 'FT']);

function formatScore({ home, away }: Score): string {
  return `${home}–${away}`;
}
