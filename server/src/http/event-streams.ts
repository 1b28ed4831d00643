import { LIMITS } from '@bigboard/shared/limits';
import { RequestError } from '@bigboard/shared/errors';
import type { Response } from 'express';
import type { Leaver } from '../drain.ts';

const RETRY_MS = 5_000;

/** The event streams that are open: their limit, and their end. */
export class EventStreams {
  readonly #open = new Set<Response>();

  get count(): number {
    return this.#open.size;
  }

  /** @throws RequestError when there is no room for one more */
  admit(response: Response): void {
    if (this.#open.size >= LIMITS.eventStreams) {
      throw new RequestError('unavailable', 'too many event streams', RETRY_MS);
    }
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
  }

  /** Each of them; who reads one comes back by itself after its end (HTML standard, section 9.2.3), so it is told nothing. */
  leavers(): Leaver[] {
    return [...this.#open].map((response) => ({ tell: () => undefined, close: () => void response.end() }));
  }
}
