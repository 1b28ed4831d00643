import type { DiskFile } from './disk.ts';

const CHUNK_BYTES = 1_048_576;
const LINE_END = 0x0a;

export interface FileLine {
  /** Without the line's end. Only good until the next lines are asked for. */
  readonly bytes: Buffer;
  /** Where it begins in the file, and where the next one does. */
  readonly offset: number;
  readonly end: number;
  /** False of the file's last bytes when no line's end follows them. */
  readonly isEnded: boolean;
}

/** The lines of a file, a chunk's at a time: a promise for each line would take longer than reading it. */
export async function* readLines(file: DiskFile): AsyncGenerator<readonly FileLine[]> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  for (let position = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await file.read(chunk, position);
    position += length;
    if (length === 0) break;
    const bytes = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
    const lines: FileLine[] = [];
    let begin = 0;
    for (let end = bytes.indexOf(LINE_END, rest.length); end >= 0; end = bytes.indexOf(LINE_END, begin)) {
      lines.push({ bytes: bytes.subarray(begin, end), offset: offset + begin, end: offset + end + 1, isEnded: true });
      begin = end + 1;
    }
    yield lines;
    rest = bytes.subarray(begin);
    offset += begin;
  }
  if (rest.length > 0) yield [{ bytes: rest, offset, end: offset + rest.length, isEnded: false }];
}
