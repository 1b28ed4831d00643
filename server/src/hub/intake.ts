import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Cancel, Clock } from '../clock.ts';
import type { AppendedBatch, NamespaceState } from '../store/store.ts';
import type { Hub } from './hub.ts';

/** A batch that came before its predecessors waits this long for them; most have only been overtaken. */
const OVERTAKEN_MS = 50;
const REPAIR_RETRY_MS = 1_000;
/** More than this waiting out of order is not an overtaking but a hole. */
const HELD_BATCHES = 256;

/** What the intake needs of a store to mend a hole. */
export interface LogReader {
  readAfter(namespace: ViewerNamespace, seq: number): Promise<readonly AppendedBatch[] | undefined>;
  load(namespace: ViewerNamespace): Promise<NamespaceState>;
}

export interface IntakeObserver {
  /** The hub took this batch. */
  applied(batch: AppendedBatch): void;
  /** The hub took the whole namespace anew, in a new epoch or not. */
  replaced(isNewEpoch: boolean): void;
  repaired(): void;
  repairFailed(error: unknown): void;
}

/** Brings batches to the hub in the order of their numbers, however they arrive, and reads from the store what is missing. */
export class Intake {
  readonly #hub: Hub;
  readonly #namespace: ViewerNamespace;
  readonly #log: LogReader;
  readonly #clock: Clock;
  readonly #observer: IntakeObserver;
  readonly #held = new Map<number, AppendedBatch>();
  #cancelRepair: Cancel | undefined;
  #isRepairing = false;
  #repairing: Promise<void> = Promise.resolve();
  /** What the hub has is not what the store holds now, whatever the numbers say. */
  #isReplaced = false;
  #isStopped = false;

  constructor(hub: Hub, namespace: ViewerNamespace, log: LogReader, clock: Clock, observer: IntakeObserver) {
    this.#hub = hub;
    this.#namespace = namespace;
    this.#log = log;
    this.#clock = clock;
    this.#observer = observer;
  }

  receive(batch: AppendedBatch): void {
    if (this.#isStopped) return;
    const outcome = this.#hub.receive(batch);
    if (outcome === 'applied') {
      this.#observer.applied(batch);
      this.#takeHeld();
    } else if (outcome === 'gap') {
      if (this.#held.size < HELD_BATCHES) this.#held.set(batch.from, batch);
      this.#repairIn(OVERTAKEN_MS);
    }
  }

  /** The store holds the namespace anew: in a new epoch, or after it missed more than its log reaches back. */
  replaced(): void {
    this.#isReplaced = true;
    this.#cancelRepair?.();
    this.#cancelRepair = undefined;
    if (!this.#isRepairing && !this.#isStopped) this.#repairing = this.#repair();
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    while (this.#isRepairing) await this.#repairing;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRepair?.();
    this.#held.clear();
  }

  /** Batches held back that have become the next ones, in order. */
  #takeHeld(): void {
    for (const from of [...this.#held.keys()].sort((a, b) => a - b)) {
      const batch = this.#held.get(from) as AppendedBatch;
      const outcome = this.#hub.receive(batch);
      if (outcome === 'gap') continue;
      this.#held.delete(from);
      if (outcome === 'applied') this.#observer.applied(batch);
    }
    if (this.#held.size === 0 && !this.#isReplaced) {
      this.#cancelRepair?.();
      this.#cancelRepair = undefined;
    }
  }

  #repairIn(delayMs: number): void {
    if (this.#cancelRepair !== undefined || this.#isRepairing || this.#isStopped) return;
    this.#cancelRepair = this.#clock.after(delayMs, () => {
      this.#cancelRepair = undefined;
      this.#repairing = this.#repair();
    });
  }

  async #repair(): Promise<void> {
    this.#isRepairing = true;
    let retryMs = REPAIR_RETRY_MS;
    try {
      await this.#readMissing();
      this.#observer.repaired();
      if (this.#isReplaced) retryMs = 0;
    } catch (error) {
      this.#observer.repairFailed(error);
    }
    this.#isRepairing = false;
    this.#takeHeld();
    if (this.#held.size > 0 || this.#isReplaced) this.#repairIn(retryMs);
  }

  async #readMissing(): Promise<void> {
    if (this.#isReplaced) return this.#reload();
    if ([...this.#held.values()].some(({ epoch }) => epoch !== this.#hub.epoch)) return this.#reload();
    const missing = await this.#log.readAfter(this.#namespace, this.#hub.seq);
    if (missing === undefined) return this.#reload();
    for (const batch of missing) {
      const outcome = this.#isStopped ? 'known' : this.#hub.receive(batch);
      if (outcome === 'gap') return this.#reload();
      if (outcome === 'applied') this.#observer.applied(batch);
    }
  }

  async #reload(): Promise<void> {
    const loading = this.#log.load(this.#namespace);
    // It may be replaced once more while this is on its way.
    this.#isReplaced = false;
    const state = await loading.catch((error: unknown) => {
      this.#isReplaced = true;
      throw error;
    });
    if (this.#isStopped) return;
    const isNewEpoch = state.epoch !== this.#hub.epoch;
    this.#hub.replace(state, this.#clock.wallMs());
    // What was held of another epoch is in the state that was just taken, or is no longer true.
    for (const [from, { epoch }] of this.#held) if (epoch !== state.epoch) this.#held.delete(from);
    this.#observer.replaced(isNewEpoch);
  }
}
