import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1_048_576;
const LINE_END = 0x0a;

export interface LineOfFile {
  /** Without the line's end. Only good until the next line is asked for. */
  readonly bytes: Buffer;
  readonly offset: number;
}

/**
 * The lines of a file, read when they are asked for: one after the other costs a read a megabyte. It reads in the turn in
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

  /** Those that are ended; what follows the last line's end was cut short, or is being written. */
  *lines(): Generator<LineOfFile> {
    for (let offset = 0; ;) {
      const bytes = this.#find(offset);
      if (bytes === undefined) return;
      yield { bytes, offset };
      offset += bytes.length + 1;
    }
  }

  /** @param offset where a line begins that is ended */
  lineAt(offset: number): Buffer {
    const bytes = this.#find(offset);
    if (bytes === undefined) throw new RangeError(`${this.#path}: no line at ${offset}`);
    return bytes;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#chunk = Buffer.alloc(0);
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
