import { isUtf8 } from 'node:buffer';
import { LIMITS } from '@bigboard/shared/limits';
import type { RawRow } from './row.ts';

const NEWLINE = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads a body of one JSON value a line; empty lines do not count. Stops one row after a batch's most. */
export function readRows(body: Buffer): RawRow[] {
  const rows: RawRow[] = [];
  const hasMark = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  let from = hasMark ? BYTE_ORDER_MARK.length : 0;
  while (from < body.length && rows.length <= LIMITS.batchRows) {
    const newline = body.indexOf(NEWLINE, from);
    const to = newline < 0 ? body.length : newline;
    const row = readRow(body.subarray(from, to));
    if (row !== undefined) rows.push(row);
    from = to + 1;
  }
  return rows;
}

function readRow(line: Buffer): RawRow | undefined {
  if (!isUtf8(line)) return { unreadable: 'not UTF-8' };
  const text = line.toString();
  if (text.trim() === '') return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The parser's own message quotes what was sent, in words that differ between versions of Node.
    return { unreadable: 'not JSON: one update a line' };
  }
}
