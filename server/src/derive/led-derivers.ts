import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Logger } from '../logger.ts';
import type { Candidate } from '../store/leases.ts';
import { StoreError, type Fence, type Store } from '../store/store.ts';
import type { Deriver } from './deriver.ts';
import { DeriverRunner } from './runner.ts';

const RETRY_MS = 1_000;
/** What is stored is on its way to the board; it comes within a moment, or it has to be read again. */
const ARRIVAL_MS = 1_000;

/** The lease of all that is derived in a namespace. */
export function deriversLease(namespace: ViewerNamespace): string {
  return `derive:${namespace}`;
}

/**
 * The derivers of a namespace, which run together where they are led: one reads what another has told. Each time they go
 * on from what is stored, whoever stored that.
 */
export class LedDerivers implements Candidate {
  readonly #create: readonly (() => Deriver)[];
  readonly #settled: (fence: Fence | undefined) => Promise<void>;
  readonly #board: Board;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  #runners: DeriverRunner[] = [];
  #retrying: Promise<void> | undefined;
  #cancelRetry: Cancel | undefined;

  /**
   * @param create makes the derivers as they are before anything is folded
   * @param settled is called when all that follows from the log so far has been stored
   */
  constructor(
    create: readonly (() => Deriver)[],
    settled: (fence: Fence | undefined) => Promise<void>,
    board: Board,
    store: Store,
    clock: Clock,
    log: Logger,
  ) {
    this.#create = create;
    this.#settled = settled;
    this.#board = board;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves when they follow the board, and also when the store is away now: then they try again. */
  async lead(fence: Fence | undefined): Promise<void> {
    try {
      if (fence !== undefined) await this.#fenceOthersOff(fence);
      for (const create of this.#create) {
        const runner = new DeriverRunner(create, this.#board, this.#store, this.#clock, this.#log, fence);
        this.#runners.push(runner);
        await runner.start();
      }
      for (const runner of this.#runners) await runner.stored();
      await this.#settled(fence);
    } catch (error) {
      await this.#end();
      if (!(error instanceof StoreError)) throw error;
      // The board stops, or another instance leads them.
      if (error.code === 'draining' || error.code === 'fenced') return;
      const { namespace } = this.#board;
      this.#log.warn({ err: error, namespace }, 'the derivers could not go on from what is stored; they try again');
      this.#cancelRetry = this.#clock.after(error.retryInMs ?? RETRY_MS, () => {
        this.#retrying = this.lead(fence);
      });
    }
  }

  async follow(): Promise<void> {
    this.#cancelRetry?.();
    await this.#retrying;
    this.#cancelRetry?.();
    await this.#end();
  }

  /** What is read after this is all there is: whoever derived it before is refused from now on. */
  async #fenceOthersOff(fence: Fence): Promise<void> {
    const { namespace, hub } = this.#board;
    const { epoch, to } = await this.#store.append(namespace, { producer: fence.name, updates: [], fence });
    // What others have stored may still be on its way here: a deriver that is ahead of its board cannot go on.
    const isThere = () => hub.epoch === epoch && hub.seq >= to;
    if (!isThere()) await this.#until(isThere);
    if (!isThere()) throw new StoreError('unavailable', `${namespace}: what is stored has not come here yet`);
  }

  async #until(isThere: () => boolean): Promise<void> {
    await new Promise<void>((done) => {
      const end = () => {
        for (const endListening of listening) endListening();
        cancel();
        done();
      };
      const look = () => {
        if (isThere()) end();
      };
      const listening = [this.#board.onApplied(look), this.#board.onReplaced(look)];
      const cancel = this.#clock.after(ARRIVAL_MS, end);
    });
  }

  async #end(): Promise<void> {
    for (const runner of this.#runners.splice(0)) await runner.stop();
  }
}
