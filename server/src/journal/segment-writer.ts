import type { CapturedLog } from '../store/namespace-log.ts';
import type { Disk, DiskFile } from './disk.ts';
import { formatKeyframes } from './keyframe.ts';
import { formatHeaderLine } from './records.ts';
import { segmentPath } from './segment-name.ts';

export const TEMPORARY_ENDING = '.tmp';

/** A segment that is written to. */
export interface OpenSegment {
  readonly number: number;
  readonly path: string;
  readonly beganAtMs: number;
  /** Of the header and the keyframes, with which it begins. */
  readonly keyframeBytes: number;
  file: DiskFile;
  /** All of it is synced. */
  bytes: number;
}

/**
 * A segment in the making. It has no name that counts until its keyframe is complete and synced, so one that was cut
 * short is never taken for a segment.
 */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #number: number;
  readonly #beganAtMs: number;
  readonly #path: string;
  readonly #temporaryPath: string;
  #file: DiskFile | undefined;
  #bytes = 0;
  #keyframeBytes = 0;

  constructor(disk: Disk, folder: string, number: number, beganAtMs: number) {
    this.#disk = disk;
    this.#folder = folder;
    this.#number = number;
    this.#beganAtMs = beganAtMs;
    this.#path = segmentPath(folder, number);
    this.#temporaryPath = `${this.#path}${TEMPORARY_ENDING}`;
  }

  async writeKeyframes(logs: readonly CapturedLog[]): Promise<void> {
    this.#file = await this.#disk.open(this.#temporaryPath, 'new');
    await this.append(formatHeaderLine(this.#number, this.#beganAtMs, logs.length));
    for (const piece of formatKeyframes(logs)) await this.append(piece);
    await this.#file.sync();
    this.#keyframeBytes = this.#bytes;
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#file?.write(bytes, this.#bytes);
    this.#bytes += bytes.length;
  }

  /** From now on it is the newest segment. */
  async publish(): Promise<OpenSegment> {
    const file = this.#file as DiskFile;
    await file.sync();
    await this.#disk.rename(this.#temporaryPath, this.#path, this.#folder);
    return {
      number: this.#number,
      path: this.#path,
      beganAtMs: this.#beganAtMs,
      keyframeBytes: this.#keyframeBytes,
      file,
      bytes: this.#bytes,
    };
  }

  /**
   * Gives back the space. While it rejects, the segment may have got its name although `publish` failed, and would hide
   * what is written to the one before.
   */
  async discard(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    await this.#disk.remove(this.#temporaryPath, this.#folder);
    await this.#disk.remove(this.#path, this.#folder);
  }
}
