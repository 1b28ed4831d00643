import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, type Gzip } from 'node:zlib';

/** Writes lines to a file as they come, gzipped when its name says so. */
export class RecordingWriter {
  readonly #lines = new PassThrough({ highWaterMark: 1_048_576 });
  readonly #gzip: Gzip | undefined;
  readonly #written: Promise<void>;
  bytes = 0;
  /** Resolves with what is wrong when the file cannot be written, else with nothing once it is complete. */
  readonly failed: Promise<Error | undefined>;

  /** @param isForced a file of that name is overwritten */
  constructor(file: string, isForced: boolean) {
    this.#gzip = file.endsWith('.gz') ? createGzip() : undefined;
    const packers = this.#gzip === undefined ? [] : [this.#gzip];
    this.#written = pipeline([this.#lines, ...packers, createWriteStream(file, { flags: isForced ? 'w' : 'wx' })]);
    this.failed = this.#written.then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  }

  write(text: string): void {
    this.bytes += Buffer.byteLength(text);
    this.#lines.write(text);
  }

  /** What was written is in the file soon after, whatever happens to the process. */
  flush(): void {
    this.#gzip?.flush(constants.Z_SYNC_FLUSH);
  }

  /** Resolves when the file is complete. */
  async end(): Promise<void> {
    this.#lines.end();
    await this.#written;
  }
}
