import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { constants, createGunzip } from 'node:zlib';
import {
  isHeader,
  parseHeader,
  parseUpdateLine,
  RecordingError,
  type RecordedUpdate,
  type RecordingHeader,
} from '@bigboard/shared/recording';

export interface Recording {
  readonly header: RecordingHeader;
  /** In the order of the lines. */
  readonly updates: readonly RecordedUpdate[];
  /** Lines that are no updates, left out; the first few, each naming its line. */
  readonly badLines: readonly RecordingError[];
  readonly badLineCount: number;
  /** It is gzipped, and ends before its end: whoever wrote it was killed, or a copy stopped. */
  readonly isCut: boolean;
  /** Of the text: two recordings with the same one are the same. */
  readonly fingerprint: string;
}

/** The 2022 World Cup, staged: the default sports feed, part of the project. */
export const WORLD_CUP_RECORDING = fileURLToPath(new URL('../../recordings/world-cup-2022.ndjson.gz', import.meta.url));

const NAMED_BAD_LINES = 5;

/**
 * Reads a recording, plain or gzipped by its name's ending. One that is cut short is read up to where it is cut.
 * @throws RecordingError when the header is not one; an Error of the file system when the file cannot be read
 */
export async function readRecording(path: string): Promise<Recording> {
  try {
    return await read(path, false);
  } catch (error) {
    if (isCutShort(error)) return read(path, true);
    throw error;
  }
}

function isCutShort(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
}

async function read(path: string, isCut: boolean): Promise<Recording> {
  const file = createReadStream(path);
  const gunzip = () => createGunzip(isCut ? { finishFlush: constants.Z_SYNC_FLUSH } : {});
  // `pipeline` hands an error of the file on to the reader; the last argument only has to be there.
  const input = path.endsWith('.gz') ? pipeline(file, gunzip(), () => undefined) : file;
  const updates: RecordedUpdate[] = [];
  const badLines: RecordingError[] = [];
  const hash = createHash('sha256');
  let header: RecordingHeader | undefined;
  let lastBadLine = 0;
  let badLineCount = 0;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++;
    hash.update(text).update('\n');
    if (text === '' && header !== undefined) continue;
    try {
      if (header === undefined || isHeader(text)) header = parseHeader(text, line);
      else updates.push(parseUpdateLine(text, line));
    } catch (error) {
      if (header === undefined || !(error instanceof RecordingError)) throw error;
      lastBadLine = line;
      if (badLineCount++ < NAMED_BAD_LINES) badLines.push(error);
    }
  }
  if (header === undefined) throw new RecordingError(1, 'the file is empty');
  // The line in which it is cut is not damaged.
  if (isCut && lastBadLine === line && badLineCount-- <= NAMED_BAD_LINES) badLines.pop();
  return { header, updates, badLines, badLineCount, isCut, fingerprint: hash.digest('base64url') };
}
