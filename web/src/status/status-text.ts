import { formatAge, formatMinuteOfDay } from '../format/time.ts';
import type { BoardStatus } from './board-status.ts';

export interface StatusText {
  readonly glyph: string;
  readonly words: string;
  /** What changes while the state stays; quieter. */
  readonly figure: string;
  /** What the figure means. */
  readonly explanation?: string;
}

/** The pill's words; colour only repeats what they say. */
export function statusText(status: BoardStatus): StatusText {
  switch (status.state) {
    case 'loading':
      return { glyph: '', words: 'Loading board', figure: '' };
    case 'empty':
      return { glyph: '', words: 'No feeds', figure: '' };
    case 'live':
      if (status.latencyMs === undefined) return { glyph: '●', words: 'Live', figure: '' };
      return {
        glyph: '●',
        words: 'Live',
        figure: formatAge(status.latencyMs),
        explanation: `The newest data reached this page ${formatAge(status.latencyMs)} after the server sent it.`,
      };
    case 'slow':
      return { glyph: '◐', words: 'Live, slow', figure: `${formatAge(status.lateMs)} behind` };
    case 'stale': {
      if (status.cause !== undefined) return { glyph: '▲', words: 'Not updating', figure: formatAge(status.ageMs) };
      const words =
        status.feeds === 0 ? 'Server silent' : `${status.feeds} ${status.feeds === 1 ? 'feed' : 'feeds'} stale`;
      return { glyph: '▲', words, figure: formatAge(status.ageMs) };
    }
    case 'paused':
      return {
        glyph: '❚❚',
        words: status.feeds === 1 ? 'Feed paused' : 'Feeds paused',
        figure: formatAge(status.ageMs),
      };
    case 'reconnecting': {
      const wait = status.retryInMs === undefined ? '' : ` in ${Math.ceil(status.retryInMs / 1000)} s`;
      return { glyph: '↻', words: 'Reconnecting', figure: `try ${status.attempt}${wait}` };
    }
    case 'catching-up':
      return { glyph: '◔', words: 'Catching up', figure: '' };
    case 'offline':
      return { glyph: '○', words: `Offline since ${formatMinuteOfDay(status.sinceMs)}`, figure: 'last data kept' };
  }
}
