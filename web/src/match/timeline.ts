import type { MatchEvent, Score } from '@bigboard/shared/sport';
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
    rows.push(rowOf(n, entry, score));
  }
  return rows.reverse();
}

function rowOf(n: number, event: MatchEvent, score: Score): TimelineRow {
  const when = formatMatchMinute(event);
  switch (event.type) {
    case 'goal': {
      const detail = event.ownGoal ? 'own goal' : event.penalty ? 'penalty' : '';
      return { n, event, when, title: event.player, detail, score: formatScore(event.score) };
    }
    case 'card':
      return { n, event, when, title: event.player, detail: CARD_DETAIL[event.card], score: '' };
    case 'substitution':
      return { n, event, when, title: event.on, detail: `for ${event.off}`, score: '' };
    case 'kick': {
      const detail = event.scored ? '' : 'missed';
      return { n, event, when: 'Pens', title: event.player, detail, score: formatScore(event.shootout) };
    }
    case 'period': {
      const isEnd = ENDS.has(event.period);
      return {
        n,
        event,
        when: '',
        title: nameOfPeriod(event.period),
        detail: '',
        score: isEnd ? formatScore(score) : '',
      };
    }
  }
}

const CARD_DETAIL = { yellow: '', second_yellow: 'second yellow, sent off', red: 'sent off' } as const;
const ENDS: ReadonlySet<string> = new Set(['HT', 'break', 'ETHT', 'PENS', 'FT']);

export function formatScore({ home, away }: Score): string {
  return `${home}–${away}`;
}
