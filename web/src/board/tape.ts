import type { WatchRow } from '@bigboard/shared/market';
import type { ScoreCard, Side } from '@bigboard/shared/sport';
import { formatMatchMinute } from '../format/match-time.ts';
import { describeEvent } from './score-lists.ts';

/** One thing that happened, as the tape at the foot of the board tells it. */
export interface TapeItem {
  readonly id: string;
  readonly kind: 'goal' | 'event' | 'market' | 'connection';
  /** Wall time. */
  readonly atMs: number;
  /** It happened before this page came, and when cannot be told: `atMs` is good for its place among the others only. */
  readonly isUntimed?: boolean;
  readonly title: string;
  readonly detail: string;
  readonly side?: Side;
  /** The page that tells more. */
  readonly address?: string;
}

export const TAPE_LENGTH = 50;

/** What a card's last event reads like; undefined when it has none. */
export function describeCard(id: string, card: ScoreCard, atMs: number): TapeItem | undefined {
  const event = card.lastEvent;
  if (event === undefined) return undefined;
  const isGoal = event.type === 'goal';
  const score = isGoal ? event.score : card.score;
  const shootout = event.type === 'kick' ? ` (${event.shootout.home}–${event.shootout.away})` : '';
  return {
    id: `${id}:${card.lastEventTimeMs ?? 0}:${describeEvent(event)}`,
    kind: isGoal ? 'goal' : 'event',
    atMs,
    title: `${card.home.name} ${score.home}–${score.away}${shootout} ${card.away.name}`,
    detail: `${describeEvent(event)} ${formatMatchMinute(event)}`,
    ...('side' in event ? { side: event.side } : {}),
    address: `/m/${id}`,
  };
}

/**
 * What the first state says has happened. It is told in the order of the feed's own times; their wall times follow from
 * where the feed stands now.
 * @param wallTimeOf undefined while that is not known
 */
export function historyOfScores(
  cards: Scores,
  wallTimeOf: (eventTimeMs: number) => number | undefined,
  nowMs: number,
): TapeItem[] {
  const newestMs = Math.max(...Object.values(cards).map(({ lastEventTimeMs }) => lastEventTimeMs ?? 0));
  return Object.entries(cards).flatMap(([id, card]) => {
    const { lastEventTimeMs } = card;
    const atMs = lastEventTimeMs === undefined ? undefined : wallTimeOf(lastEventTimeMs);
    const item = describeCard(id, card, atMs ?? nowMs - (newestMs - (lastEventTimeMs ?? 0)));
    if (item === undefined) return [];
    return [atMs === undefined ? { ...item, isUntimed: true } : item];
  });
}

type Scores = Readonly<Record<string, ScoreCard>>;

/** What happened between two states of `scores`: new events, and goals that were taken back. */
export function newsOfScores(before: Scores, after: Scores, atMs: number): TapeItem[] {
  const items: TapeItem[] = [];
  for (const [id, card] of Object.entries(after)) {
    const known = before[id];
    // A replay that begins again restores matches under way: what happened in them before is no news.
    if (known === undefined || known === card || known.stagedKickoff !== card.stagedKickoff) continue;
    if (card.lastEvent !== undefined && card.lastEventTimeMs !== known.lastEventTimeMs) {
      const item = describeCard(id, card, atMs);
      if (item !== undefined) items.push(item);
    }
    if (card.status === 'live' && known.status === 'live' && goals(card) < goals(known)) {
      items.push({
        id: `${id}:struck:${atMs}`,
        kind: 'event',
        atMs,
        title: `${card.home.name} ${card.score.home}–${card.score.away} ${card.away.name}`,
        detail: 'Goal struck off',
        address: `/m/${id}`,
      });
    } else if (card.status === 'finished' && known.status === 'live') {
      items.push({
        id: `${id}:finished:${atMs}`,
        kind: 'event',
        atMs,
        title: `${card.home.name} ${card.score.home}–${card.score.away} ${card.away.name}`,
        detail: 'Full time',
        address: `/m/${id}`,
      });
    }
  }
  return items;
}

const MARKET_WORDS: Readonly<Record<string, string>> = {
  halted: 'trading halted',
  auction: 'in auction',
  open: 'trading again',
};

type Watch = Readonly<Record<string, WatchRow>>;

/** Symbols halted or trading again. When all change at once that is the session, told as one. */
export function newsOfWatch(before: Watch, after: Watch, atMs: number): TapeItem[] {
  const changed = Object.entries(after).filter(([symbol, row]) => {
    const known = before[symbol];
    return known !== undefined && known.status !== row.status;
  });
  const [first] = changed;
  if (first === undefined) return [];
  if (changed.length > Object.keys(after).length / 2) {
    const word = first[1].status === 'open' ? 'is open' : first[1].status === 'closed' ? 'is closed' : first[1].status;
    return [{ id: `session:${atMs}`, kind: 'market', atMs, title: `The market ${word}`, detail: '' }];
  }
  return changed.flatMap(([symbol, row]) => {
    const detail = MARKET_WORDS[row.status];
    if (detail === undefined) return [];
    return [
      { id: `${symbol}:${row.status}:${atMs}`, kind: 'market', atMs, title: symbol, detail, address: `/s/${symbol}` },
    ];
  });
}

/** Newest first, each once, no longer than the tape. */
export function addToTape(tape: readonly TapeItem[], items: readonly TapeItem[]): readonly TapeItem[] {
  const known = new Set(tape.map(({ id }) => id));
  const fresh = items.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return tape;
  return [...fresh, ...tape].sort((a, b) => b.atMs - a.atMs).slice(0, TAPE_LENGTH);
}

function goals({ score }: ScoreCard): number {
  return score.home + score.away;
}
