import type { MatchEvent, ScoreCard } from '@bigboard/shared/sport';

export interface NamedCard {
  readonly id: string;
  readonly card: ScoreCard;
}

export interface ScoreLists {
  /** In play, the newest goal first; those without one by kick-off. The order changes with a goal and never otherwise. */
  readonly live: readonly NamedCard[];
  /** The newest first. */
  readonly finished: readonly NamedCard[];
  /** The next first. */
  readonly upcoming: readonly NamedCard[];
}

/** Where the match stands in the order of the feed: the staged kick-off where times are arranged. */
export function kickoffOf({ card }: NamedCard): number {
  return card.stagedKickoff ?? card.kickoff;
}

export function listScores(scores: Readonly<Record<string, ScoreCard>>): ScoreLists {
  const all = Object.entries(scores)
    .map(([id, card]) => ({ id, card }))
    .sort((a, b) => kickoffOf(a) - kickoffOf(b) || (a.id < b.id ? -1 : 1));
  const of = (status: ScoreCard['status']) => all.filter(({ card }) => card.status === status);
  const live = of('live').sort((a, b) => lastEventOf(b) - lastEventOf(a));
  return { live, finished: of('finished').reverse(), upcoming: of('scheduled') };
}

/** The match whose group is worth showing: newest goal of those in play, else the last finished, else the next. */
export function mostInteresting({ live, finished, upcoming }: ScoreLists): NamedCard | undefined {
  return live[0] ?? finished[0] ?? upcoming[0];
}

/** Who leads, the shoot-out included; undefined when level. */
export function leaderOf({ score, shootout }: Pick<ScoreCard, 'score' | 'shootout'>): 'home' | 'away' | undefined {
  const difference = score.home - score.away || (shootout === undefined ? 0 : shootout.home - shootout.away);
  if (difference === 0) return undefined;
  return difference > 0 ? 'home' : 'away';
}

/** `Tanaka`, `Messi, pen`, `Speroni, own goal`, `Hakimi scores`, `Dumfries sent off`: the last event without its minute. */
export function describeEvent(event: MatchEvent): string {
  switch (event.type) {
    case 'goal':
      if (event.ownGoal) return `${event.player}, own goal`;
      return event.penalty ? `${event.player}, pen` : event.player;
    case 'kick':
      return `${event.player} ${event.scored ? 'scores' : 'misses'}`;
    case 'card':
      return event.card === 'yellow' ? `${event.player}, booked` : `${event.player} sent off`;
    case 'substitution':
      return `${event.on} for ${event.off}`;
    case 'period':
      return event.period;
  }
}

function lastEventOf({ card }: NamedCard): number {
  return card.lastEventTimeMs ?? 0;
}
