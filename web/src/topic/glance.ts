import { membersOf, type Member } from '../format/json.ts';
import { asEntries } from '../live/kinds.ts';
import type { TopicState } from '../live/topic-state.ts';

/** More does not fit beside a title. */
const MOST = 4;

/** The few values that stand for a topic in a list: its first fields, or what its newest entry says. */
export function glanceAt({ fields, log }: Pick<TopicState, 'fields' | 'log'>): readonly Member[] {
  const members = membersOf(fields);
  if (members.length > 0) return members.slice(0, MOST);
  const newest = asEntries(log).at(-1);
  return newest === undefined ? [] : membersOf(newest.entry).slice(0, MOST);
}
