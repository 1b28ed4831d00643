import { openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1_048_576;
const LINE_END = 0x0a;

/**
 * The lines of a file, each read when it is asked for: one after the other costs a read a megabyte. It reads in the turn in
 * which it is asked, as a feed is asked for its next update.
 */
export class LineFile {
  readonly #path: string;
  #descriptor: number | undefined;
  /** A piece of the file, and where it begins in it. */
  #chunk = Buffer.alloc(0);
  #chunkOffset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param offset where a line begins that is ended
   * @returns it without its end, good until the next one is asked for
   */
  lineAt(offset: number): Buffer {
    const bytes = this.#find(offset);
    if (bytes === undefined) throw new RangeError(`${this.#path}: no line at ${offset}`);
    return bytes;
  }

  #find(offset: number): Buffer | undefined {
    for (let length = CHUNK_BYTES; ; length *= 2) {
      const begin = offset - this.#chunkOffset;
      if (begin >= 0 && begin < this.#chunk.length) {
        const end = this.#chunk.indexOf(LINE_END, begin);
        if (end >= 0) return this.#chunk.subarray(begin, end);
      }
      const read = this.#read(offset, length);
      if (read < length && this.#chunk.indexOf(LINE_END) < 0) return undefined;
    }
  }

  #read(offset: number, length: number): number {
    this.#descriptor ??= openSync(this.#path, 'r');
    const chunk = Buffer.allocUnsafe(length);
    const read = readSync(this.#descriptor, chunk, 0, length, offset);
    this.#chunk = chunk.subarray(0, read);
    this.#chunkOffset = offset;
    return read;
  }
}
