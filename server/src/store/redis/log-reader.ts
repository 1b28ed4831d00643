import type { EpochKeys } from './keys.ts';
import { entryFromStream, type LogEntry, type LogName } from './log-entry.ts';
import { idTextOf, type HeadText } from './log-head.ts';
import type { RedisLink, RedisReply } from './redis-link.ts';

/** A quarter of a megabyte may be in each. */
const PAGE_ENTRIES = 200;

/** The entries after `head` in pages, oldest first, up to the end of the log; from its beginning when there is no `head`. */
export async function* readLog(
  link: RedisLink,
  log: LogName,
  keys: EpochKeys,
  head?: HeadText,
): AsyncGenerator<readonly LogEntry[], void, undefined> {
  let start = head === undefined ? '-' : `(${idTextOf(head)}`;
  for (;;) {
    const replies = (await link.command('XRANGE', keys.log, start, '+', 'COUNT', PAGE_ENTRIES)) as RedisReply[];
    const entries = replies.map((reply) => entryFromStream(log, reply));
    const last = entries.at(-1);
    if (last === undefined) return;
    yield entries;
    if (entries.length < PAGE_ENTRIES) return;
    start = `(${idTextOf(last.head)}`;
  }
}
