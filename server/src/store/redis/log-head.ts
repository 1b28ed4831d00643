import type { Seq } from '@bigboard/shared/position';

/**
 * An entry of the log, as the one after it names it: `<seq>-<sub> <nonce>`. `seq` is the number up to which the log goes
 * with it, `sub` counts the entries after that which brought no update. The nonce is the writer's own and never the same
 * twice: two entries of one number can be told apart, such as when Redis has lost one and given its number away again.
 */
export type HeadText = string;

export interface LogId {
  readonly seq: Seq;
  readonly sub: number;
}

/** What is there before any entry: of a log that began with nothing, or with what another held at `seq`. */
export function seededHead(seq: Seq): HeadText {
  return `${seq}-0 seed`;
}

/** `<seq>-<sub>`, as Redis knows the entry. */
export function idTextOf(head: HeadText): string {
  return head.slice(0, head.indexOf(' '));
}

/** @param text of a head or an id. @throws Error when it is neither */
export function logIdOf(text: string): LogId {
  const parts = /^(\d{1,16})-(\d{1,16})(?: |$)/.exec(text);
  if (parts === null) throw new Error(`no place in a log: ${text.slice(0, 80)}`);
  return { seq: Number(parts[1]), sub: Number(parts[2]) };
}

/** Negative when `a` lies before `b`. */
export function compareIds(a: LogId, b: LogId): number {
  return a.seq - b.seq || a.sub - b.sub;
}
