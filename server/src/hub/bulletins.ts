import type { Notice } from '@bigboard/shared/messages';
import type { Reader } from './reader.ts';

interface Told {
  failure: string | undefined;
  watching: number | undefined;
}

/** What readers are told of the instance beside the log: why nothing can be stored, and how many watch. Each as it changes. */
export class Bulletins {
  readonly #told = new WeakMap<Reader, Told>();
  #failure: string | undefined;
  #watching: number | undefined;

  /**
   * @param failure why nothing can be stored, in words; undefined while all is well
   * @param watching undefined while it is not known
   */
  post(failure: string | undefined, watching: number | undefined): void {
    this.#failure = failure;
    this.#watching = watching;
  }

  /** Tells each reader what it has not been told yet. One that can take nothing now is told another time. */
  tell(readers: Iterable<Reader>): void {
    for (const reader of readers) {
      const told = this.#told.get(reader) ?? { failure: undefined, watching: undefined };
      const isFailureNews = told.failure !== this.#failure;
      const isWatchingNews = this.#watching !== undefined && told.watching !== this.#watching;
      if ((!isFailureNews && !isWatchingNews) || reader.link.isBehind()) continue;
      if (isFailureNews) reader.link.tell('notice', JSON.stringify(noticeOf(this.#failure)));
      if (isWatchingNews) reader.link.tell('presence', JSON.stringify({ watching: this.#watching }));
      this.#told.set(reader, { failure: this.#failure, watching: this.#watching });
    }
  }
}

function noticeOf(failure: string | undefined): Notice {
  return failure === undefined
    ? { code: 'restored', message: 'updates are stored again' }
    : { code: 'unavailable', message: failure };
}
