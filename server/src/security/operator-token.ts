import { timingSafeEqual } from 'node:crypto';
import { RequestError } from '@bigboard/shared/errors';
import { digestOf, type TokenDigest } from './producer-tokens.ts';

/** The one token of whoever runs the server. */
export class OperatorToken {
  readonly #digest: TokenDigest | undefined;

  /** @param token undefined: nobody is an operator */
  constructor(token: string | undefined) {
    this.#digest = token === undefined ? undefined : digestOf(token);
  }

  /** @throws RequestError `unauthorized` */
  check(token: string): void {
    if (this.#digest === undefined) throw new RequestError('unauthorized', 'this server has no OPERATOR_TOKEN');
    // Digests have one length, and how long comparing them takes tells nothing of the token.
    if (!timingSafeEqual(this.#digest, digestOf(token)))
      throw new RequestError('unauthorized', 'not the operator token');
  }
}
