import type { DiskFile } from './disk.ts';
import { LineFault, parseLine } from './line.ts';
import { readLines, type FileLine } from './lines.ts';
import { SegmentParser, type SegmentVisitor } from './segment-parser.ts';

/** Something that was stored is not as it was written. */
export class JournalDamage extends Error {
  override readonly name = 'JournalDamage';
  readonly path: string;
  /** Of the first byte of the line. */
  readonly offset: number;
  constructor(path: string, offset: number, reason: string) {
    super(`${path} is damaged at byte ${offset}: ${reason}`);
    this.path = path;
    this.offset = offset;
  }
}

export interface ReadOptions {
  /** Passes over what cannot be read instead of throwing. */
  readonly skipCorrupt?: boolean;
  readonly onProgress?: (bytes: number) => void;
}

export interface SegmentEnd {
  /** Where the keyframes end and the batches begin. */
  readonly keyframeEnd: number;
  /** Where the last whole record ends. */
  readonly end: number;
  /** After it: of a write that was cut short, and that nobody was told had succeeded. */
  readonly tornBytes: number;
  /** Lines passed over as damaged. */
  readonly skippedLines: number;
}

interface Fault {
  readonly offset: number;
  readonly reason: string;
  /** A write that is cut short leaves an unended line, a power cut perhaps a hole of zeros; this is neither. */
  readonly isDamage: boolean;
}

/**
 * Reads a segment from its beginning.
 *
 * What is wrong at its very end is a torn write when nothing after it was synced later: it is left out. Anything else is
 * damage, and nothing behind it may be believed to be complete.
 * @throws JournalDamage unless `skipCorrupt`
 */
export async function readSegment(
  file: DiskFile,
  path: string,
  visitor: SegmentVisitor,
  { skipCorrupt = false, onProgress }: ReadOptions = {},
): Promise<SegmentEnd> {
  const parser = new SegmentParser(visitor);
  let end = 0;
  let keyframeEnd = 0;
  let length = 0;
  let skippedLines = 0;
  let fault: Fault | undefined;
  for await (const lines of readLines(file)) {
    for (const line of lines) {
      length = line.end;
      if (fault !== undefined && !skipCorrupt) {
        if (isSynced(line)) throw new JournalDamage(path, fault.offset, fault.reason);
        continue;
      }
      if (fault !== undefined && !beginsBatch(line)) {
        skippedLines++;
        continue;
      }
      try {
        if (!line.isEnded) throw new LineFault('its last line is cut short');
        parser.push(line.bytes);
        fault = undefined;
        if (parser.isBetweenRecords) end = line.end;
        if (!parser.hasBatches) keyframeEnd = line.end;
      } catch (error) {
        if (!(error instanceof LineFault)) throw error;
        fault = { offset: line.offset, reason: error.message, isDamage: line.isEnded && !line.bytes.includes(0) };
        parser.skip();
        skippedLines++;
      }
    }
    onProgress?.(length);
  }
  if (skipCorrupt) return { end, keyframeEnd, tornBytes: 0, skippedLines };
  if (fault?.isDamage === true) throw new JournalDamage(path, fault.offset, fault.reason);
  // A segment gets its name when its keyframe is complete and synced.
  if (end === 0) throw new JournalDamage(path, fault?.offset ?? length, fault?.reason ?? 'it ends within its keyframe');
  return { end, keyframeEnd, tornBytes: length - end, skippedLines: 0 };
}

/** All that stands before it was synced when it was written. */
export function isSynced(line: FileLine): boolean {
  return 'synced' in parsed(line);
}

function beginsBatch(line: FileLine): boolean {
  return 'batch' in parsed(line);
}

function parsed(line: FileLine): object {
  try {
    return parseLine(line.bytes);
  } catch (error) {
    if (error instanceof LineFault) return {};
    throw error;
  }
}
