import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { RequestError } from '@bigboard/shared/errors';
import { tokenFileSchema, type ProducerToken } from '@bigboard/shared/producer-token';
import type { Cancel, Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

const LOOK_INTERVAL_MS = 1_000;
/** Waits a moment: a list that cannot be read is for somebody to repair. */
const UNREADABLE_RETRY_MS = 5_000;

/** What a valid token allows, and until when. */
export type Grant = Pick<ProducerToken, 'name' | 'title' | 'source' | 'topics' | 'expiresAtMs'>;

/** The SHA-256 of a token: all that is kept of it while a connection is open. */
export type TokenDigest = Buffer;

export function digestOf(token: string): TokenDigest {
  return createHash('sha256').update(token).digest();
}

/**
 * The tokens producers may push with, from the file that `npm run token` writes. It looks at the file every second, so
 * that a new token works and a revoked one stops working without a restart.
 */
export class ProducerTokens {
  readonly #file: string | undefined;
  readonly #feedNames: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Undefined while the file cannot be read: then nobody is let in, as nobody knows who has been revoked. */
  #tokens: readonly ProducerToken[] | undefined = [];
  #version = '';
  #isLooking = false;
  #cancel: Cancel | undefined;
  readonly #listeners = new Set<() => void>();

  /**
   * @param file undefined: there are no tokens
   * @param feedNames which no token may have: what is pushed by it would be shown as the feed's
   */
  constructor(file: string | undefined, feedNames: readonly string[], clock: Clock, log: Logger) {
    this.#file = file;
    this.#feedNames = new Set(feedNames);
    this.#clock = clock;
    this.#log = log;
  }

  async start(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    await this.#look(file);
    this.#cancel = this.#clock.every(LOOK_INTERVAL_MS, () => {
      void this.#look(file);
      // Not after the look: a disk that hangs must not keep alive what has run out.
      for (const listener of this.#listeners) listener();
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Of all in the list, expired ones too; undefined when there is no list, or none that can be read. */
  get names(): ReadonlySet<string> | undefined {
    if (this.#version === NO_FILE || this.#version === '' || this.#tokens === undefined) return undefined;
    return new Set(this.#tokens.map(({ name }) => name));
  }

  /** Calls every second: time to look whether what was allowed still is. */
  everyLook(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /**
   * What the token of this digest allows now; asked again at each use, so that it ends for open connections too.
   * @throws RequestError `unauthorized`, `expired`, `forbidden`, or `unavailable` while the list cannot be read
   */
  authorise(digest: TokenDigest): Grant {
    if (this.#tokens === undefined) {
      throw new RequestError('unavailable', 'the list of tokens cannot be read now', UNREADABLE_RETRY_MS);
    }
    const token = this.#tokens.find(({ sha256 }) => timingSafeEqual(Buffer.from(sha256, 'hex'), digest));
    if (token === undefined) throw new RequestError('unauthorized', 'no valid token: npm run token makes one');
    if (token.expiresAtMs !== undefined && this.#clock.wallMs() >= token.expiresAtMs) {
      throw new RequestError('expired', `the token ${token.name} has expired`);
    }
    if (this.#feedNames.has(token.name)) {
      throw new RequestError(
        'forbidden',
        `a feed of this server is called ${token.name} too: make a token of another name`,
      );
    }
    return token;
  }

  async #look(file: string): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const version = await versionOf(file);
      if (version === this.#version) return;
      this.#tokens = version === NO_FILE ? [] : tokenFileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).tokens;
      this.#version = version;
    } catch (error) {
      // Told once; as the version stays, each look tries again.
      if (this.#tokens !== undefined) this.#log.error({ err: error, file }, 'the list of tokens cannot be read');
      this.#tokens = undefined;
      this.#version = '';
    } finally {
      this.#isLooking = false;
    }
  }
}

const NO_FILE = 'no file';

/** Differs whenever the file has been replaced. */
async function versionOf(file: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(file);
    return [mtimeMs, ctimeMs, size, ino].join(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return NO_FILE;
    throw error;
  }
}
