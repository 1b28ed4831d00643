import type { ClusterStatus } from '@bigboard/shared/operations';
import { OpsLink } from '../live/ops-link.ts';

const TOKEN_KEY = 'operator-token';

export type OperationsState =
  | { readonly name: 'locked'; readonly refusal?: string }
  | { readonly name: 'connecting' }
  | { readonly name: 'open' }
  | { readonly name: 'lost' };

/** What an operator sees: behind a token, which this tab keeps until it is closed. */
export class Operations {
  #state = $state.raw<OperationsState>({ name: 'locked' });
  #status = $state.raw<ClusterStatus>();
  /** This browser's wall time at which it was told. */
  #toldAtMs = $state.raw(0);
  #link: OpsLink | undefined;

  get state(): OperationsState {
    return this.#state;
  }

  /** The newest; kept while the connection is lost. */
  get status(): ClusterStatus | undefined {
    return this.#status;
  }

  get toldAtMs(): number {
    return this.#toldAtMs;
  }

  /** Goes on with the token this tab has been given before. */
  start(): void {
    const token = sessionStorage.getItem(TOKEN_KEY);
    if (token !== null) this.unlock(token);
  }

  unlock(token: string): void {
    this.#link?.close();
    this.#state = { name: 'connecting' };
    this.#link = new OpsLink(location.origin, token, {
      opened: () => {
        sessionStorage.setItem(TOKEN_KEY, token);
        this.#state = { name: 'open' };
      },
      told: (status) => {
        this.#status = status;
        this.#toldAtMs = Date.now();
      },
      refused: (message) => this.#lock(message),
      lost: () => (this.#state = { name: 'lost' }),
    });
  }

  lock(): void {
    this.#lock();
  }

  stop(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  #lock(refusal?: string): void {
    this.stop();
    sessionStorage.removeItem(TOKEN_KEY);
    this.#status = undefined;
    this.#state = refusal === undefined ? { name: 'locked' } : { name: 'locked', refusal };
  }
}
