import type { Json } from '@bigboard/shared/json';

/** JSON of unknown meaning as the board writes it: nothing is rounded or guessed. */

const MINUS = '\u2212';

/** Numbers as they are, text without quotes, anything nested as compact JSON. */
export function formatJson(value: Json): string {
  if (typeof value === 'number') return String(value).replace('-', MINUS);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** At most so many characters, the last one an ellipsis when there is more. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}

export interface Member {
  /** Empty when the value is not of an object. */
  readonly name: string;
  readonly value: Json;
}

/** The members of an object; anything else as the only one, without a name. */
export function membersOf(entry: Json): readonly Member[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [{ name: '', value: entry }];
  return Object.entries(entry).map(([name, value]) => ({ name, value }));
}
