import { createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Writes lines to a file as they come, gzipped when its name says so. */
export class RecordingWriter {
  readonly #lines = new PassThrough({ highWaterMark: 1_048_576 });
  readonly #written: Promise<void>;
  bytes = 0;
  /** Resolves with what is wrong when the file cannot be written, else with nothing once it is complete. */
  readonly failed: Promise<Error | undefined>;

  constructor(file: string) {
    const packers = file.endsWith('.gz') ? [createGzip()] : [];
    this.#written = pipeline([this.#lines, ...packers, createWriteStream(file)]);
    this.failed = this.#written.then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  }

  write(text: string): void {
    this.bytes += Buffer.byteLength(text);
    this.#lines.write(text);
  }

  /** Resolves when the file is complete. */
  async end(): Promise<void> {
    this.#lines.end();
    await this.#written;
  }
}
