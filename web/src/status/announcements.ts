import type { TapeItem } from '../board/tape.ts';
import type { BoardStateName } from './board-status.ts';

/** What to say when the board's state changes; undefined for changes that are nobody's business. Said once each. */
export function announceState(before: BoardStateName | undefined, after: BoardStateName): string | undefined {
  const wasDown = before === 'reconnecting' || before === 'offline';
  if (after === 'offline') return 'Offline. The last data is kept.';
  if (after === 'reconnecting' && !wasDown) return 'Connection lost. Showing the last data.';
  if (wasDown && (after === 'live' || after === 'slow' || after === 'catching-up')) return 'Connection restored.';
  if (after === 'paused') return 'The feed is paused. The last data is kept.';
  if (after === 'stale') return 'Some data is stale.';
  if (before === 'stale' && after === 'live') return 'All data is live again.';
  return undefined;
}

/** Goals of one announcement: `Goal: Japan 2–1 Spain, Tanaka 51′`, or several as one. */
export function announceGoals(items: readonly TapeItem[]): string | undefined {
  const goals = items.filter(({ kind }) => kind === 'goal').map(({ title, detail }) => `${title}, ${detail}`);
  if (goals.length === 0) return undefined;
  return goals.length === 1 ? `Goal: ${goals[0]}` : `${goals.length} goals: ${goals.join('; ')}`;
}
