import { RequestError } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import type { Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { ProducerTokens, TokenDigest } from '../security/producer-tokens.ts';

/** A producer is told so long before its token runs out. */
const WARNING_MS = 60_000;

/** The token that an open socket has shown, and its end. */
export class Credential {
  readonly #socket: Pick<Socket, 'emit' | 'disconnect'>;
  readonly #digest: TokenDigest;
  readonly #tokens: Pick<ProducerTokens, 'authorise'>;
  readonly #clock: Clock;
  /** The end that was told; a token whose end is put off is told of the new one too. */
  #toldEndMs: number | undefined;

  constructor(
    socket: Pick<Socket, 'emit' | 'disconnect'>,
    digest: TokenDigest,
    tokens: Pick<ProducerTokens, 'authorise'>,
    clock: Clock,
  ) {
    this.#socket = socket;
    this.#digest = digest;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** Tells of an end that is near, and ends the socket when it is there. To be called every second. */
  look(): void {
    try {
      const { name, expiresAtMs } = this.#tokens.authorise(this.#digest);
      if (expiresAtMs !== undefined) this.#warn(name, expiresAtMs);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message, retryable } = error;
      // While the list cannot be read nobody knows; its batches are refused.
      if (retryable) return;
      this.#tell({ code, message });
      // Of this namespace only. A stock client does not come back by itself after this, which would be in vain.
      this.#socket.disconnect();
    }
  }

  #warn(name: string, expiresAtMs: number): void {
    const leftMs = expiresAtMs - this.#clock.wallMs();
    if (leftMs > WARNING_MS || expiresAtMs === this.#toldEndMs) return;
    this.#toldEndMs = expiresAtMs;
    const message = `the token ${name} expires in ${Math.ceil(leftMs / 1_000)} s`;
    this.#tell({ code: 'expired', message, retryInMs: leftMs });
  }

  #tell(notice: Notice): void {
    this.#socket.emit('notice', notice);
  }
}
