import type { Json } from '@bigboard/shared/json';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { z } from 'zod';
import type { Cancel, Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Hub } from '../hub/hub.ts';
import type { Logger } from '../logger.ts';
import { CHECKPOINT_MAX_LENGTH, StoreError, type AppendedBatch, type Fence, type Store } from '../store/store.ts';
import type { Deriver } from './deriver.ts';
import { OutputQueue } from './output-queue.ts';

const RETRY_MS = 1_000;
/** What a checkpoint has around the deriver's state. */
const FRAME_LENGTH = 100;

const checkpointSchema = z.object({ epoch: z.string(), seq: z.number().int(), state: z.json() });

/** What the store has of the state of a deriver; undefined when that is nothing. */
export async function storedStateOf(store: Store, namespace: ViewerNamespace, name: string): Promise<Json | undefined> {
  const { checkpoint } = await store.producer(namespace, producerOf(name));
  return checkpointSchema.safeParse(checkpoint).data?.state;
}

function producerOf(name: string): string {
  return `derived:${name}`;
}

/** Whether the log the hub follows is the same up to that place, in its own epoch or in the one it took over from. */
function isPlaceOf({ epoch, seq, continues }: Hub, place: { readonly epoch: Epoch; readonly seq: number }): boolean {
  if (place.epoch === epoch) return place.seq <= seq;
  return place.epoch === continues?.epoch && place.seq <= Math.min(continues.seq, seq);
}

/** A deriver that stands at the end of what has been folded, and what of its output is not stored yet. */
interface Live {
  readonly epoch: Epoch;
  readonly deriver: Deriver;
  readonly queue: OutputQueue;
}

/**
 * Feeds a deriver every batch of its namespace but its own, and appends what follows from it to the log: one append at a
 * time, each with the place it has come to, from which it goes on after a restart without a gap and without a double.
 */
export class DeriverRunner {
  readonly #create: () => Deriver;
  readonly #board: Board;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #name: string;
  readonly #producer: string;
  readonly #fence: Fence | undefined;
  readonly #endListening: (() => void)[] = [];
  /** Undefined while it is being restored, and when it has ended. */
  #live: Live | undefined;
  #storing: Promise<void> | undefined;
  #cancelRetry: Cancel | undefined;
  /** How often the board has taken the namespace anew. */
  #replacements = 0;
  #isRefused = false;
  #isStateTooLong = false;
  #isStopped = false;

  /**
   * @param create makes the deriver as it is before anything is folded; a restart begins with a new one
   * @param fence under which it writes
   */
  constructor(create: () => Deriver, board: Board, store: Store, clock: Clock, log: Logger, fence?: Fence) {
    this.#create = create;
    this.#board = board;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#name = create().name;
    this.#producer = producerOf(this.#name);
    this.#fence = fence;
  }

  /** Resolves when everything the board has is folded; from then on it follows the board, which is live already. */
  async start(): Promise<void> {
    this.#endListening.push(
      this.#board.onApplied((batch) => this.#hear(batch)),
      this.#board.onReplaced(() => {
        this.#replacements++;
        if (this.#live !== undefined) this.#startOver();
      }),
    );
    await this.#restore();
  }

  /** Resolves when what it has told so far is stored, or cannot be for now. */
  async stored(): Promise<void> {
    while (this.#storing !== undefined) await this.#storing;
  }

  /** Resolves when nothing is under way any more. What could not be stored follows anew after the next start. */
  async stop(): Promise<void> {
    this.#end();
    await this.#storing;
  }

  async #restore(): Promise<void> {
    const replacements = this.#replacements;
    const deriver = this.#create();
    const { namespace, hub } = this.#board;
    const { checkpoint } = await this.#store.producer(namespace, this.#producer);
    const known = checkpointSchema.safeParse(checkpoint).data;
    const read: AppendedBatch[] = [];
    let readSeq = known?.seq ?? 0;
    let batches: readonly AppendedBatch[] | undefined;
    do {
      batches = await this.#store.readAfter(namespace, readSeq);
      read.push(...(batches ?? []));
      readSeq = read.at(-1)?.to ?? readSeq;
    } while (readSeq < hub.seq && batches !== undefined && batches.length > 0);
    // From here on nothing is awaited: what the board has now is folded now, and the next batch is heard.
    if (this.#isStopped) return;
    // What was read may be of a log that is no more.
    if (replacements !== this.#replacements) return this.#restore();
    const isOfThisLog = known === undefined || isPlaceOf(hub, known);
    const isComplete = isOfThisLog && batches !== undefined && readSeq >= hub.seq;
    this.#live = this.#goOn(deriver, known, isComplete ? read.filter(({ to }) => to <= hub.seq) : undefined);
    this.#storeNext();
  }

  /** @param missed the batches since the checkpoint, or since the beginning when there is none; undefined when some are gone */
  #goOn(
    deriver: Deriver,
    known: z.infer<typeof checkpointSchema> | undefined,
    missed: readonly AppendedBatch[] | undefined,
  ): Live {
    const { documents, epoch, seq } = this.#board.hub;
    const live = (foldedSeq: Seq): Live => ({ epoch, deriver, queue: new OutputQueue(foldedSeq) });
    if (deriver.resumesFrom === 'documents') {
      const resumed = live(seq);
      deriver.restore({ documents, foldedSeq: seq, state: known?.state, unfolded: [] });
      resumed.queue.add(seq, 0, deriver.settle(0));
      return resumed;
    }
    const isLogged = missed !== undefined && (known !== undefined || !missed.some((batch) => this.#isOwn(batch)));
    if (!isLogged) {
      this.#log.warn({ deriver: this.#name, seq, storedSeq: known?.seq }, 'a deriver goes on from the documents alone');
      deriver.restore({ documents, foldedSeq: seq, state: undefined, unfolded: [] });
      return live(seq);
    }
    const resumed = live(known?.seq ?? 0);
    if (known !== undefined) {
      const unfolded = missed.filter((batch) => !this.#isOwn(batch)).flatMap(({ updates }) => updates);
      deriver.restore({ documents, foldedSeq: known.seq, state: known.state, unfolded });
    }
    for (const batch of missed) this.#fold(resumed, batch);
    return resumed;
  }

  #hear(batch: AppendedBatch): void {
    if (this.#live === undefined) return;
    // The board has taken the namespace anew.
    if (batch.epoch !== this.#live.epoch || batch.from > this.#live.queue.seq) return this.#startOver();
    this.#fold(this.#live, batch);
    this.#storeNext();
  }

  #fold({ deriver, queue }: Live, batch: AppendedBatch): void {
    if (batch.to <= queue.seq) return;
    if (this.#isOwn(batch)) queue.add(batch.to, 0, []);
    else queue.add(batch.to, batch.updates.length, this.#derive(deriver, batch));
  }

  #derive(deriver: Deriver, { updates, producer }: AppendedBatch): readonly Update[] {
    for (const update of updates) {
      this.#attempt(() => deriver.fold(update, producer), update.topic);
    }
    const streamTimeMs = updates.at(-1)?.time;
    return (streamTimeMs === undefined ? undefined : this.#attempt(() => deriver.settle(streamTimeMs))) ?? [];
  }

  /** One update it cannot make sense of must not end what it derives from all the others. */
  #attempt<Result>(derivation: () => Result, topic?: string): Result | undefined {
    try {
      return derivation();
    } catch (error) {
      this.#log.error({ err: error, deriver: this.#name, topic }, 'an update could not be derived from');
      return undefined;
    }
  }

  #storeNext(): void {
    const live = this.#live;
    if (live === undefined || this.#storing !== undefined || this.#cancelRetry !== undefined) return;
    const updates = live.queue.take();
    if (updates !== undefined) this.#storing = this.#append(live, updates);
  }

  async #append({ epoch, deriver, queue }: Live, updates: readonly Update[]): Promise<void> {
    const batch = {
      producer: this.#producer,
      updates,
      checkpoint: { epoch, seq: queue.seq, ...this.#stateOf(deriver) },
      ...(this.#fence === undefined ? {} : { fence: this.#fence }),
    };
    try {
      await this.#store.append(this.#board.namespace, batch);
      if (this.#isRefused) this.#log.info({ deriver: this.#name }, 'what a deriver told is stored again');
      this.#isRefused = false;
    } catch (error) {
      queue.putBack(updates);
      this.#wait(error);
    } finally {
      this.#storing = undefined;
    }
    this.#storeNext();
  }

  #stateOf(deriver: Deriver): { readonly state?: Json } {
    const state = deriver.state();
    if (JSON.stringify(state).length <= CHECKPOINT_MAX_LENGTH - FRAME_LENGTH) return { state };
    if (!this.#isStateTooLong)
      this.#log.warn({ deriver: this.#name }, 'the state of a deriver is too long to be stored');
    this.#isStateTooLong = true;
    return {};
  }

  /** @throws what is no refusal: a defect */
  #wait(error: unknown): void {
    if (error instanceof StoreError && (error.code === 'draining' || error.code === 'fenced')) return this.#end();
    if (!(error instanceof StoreError) || !error.retryable) throw error;
    if (!this.#isRefused)
      this.#log.warn({ err: error, deriver: this.#name }, 'what a deriver told was not stored; it tries again');
    this.#isRefused = true;
    if (this.#isStopped) return;
    // Where several write, the answer may be lost of what was stored: told again as it is, it would stand there twice.
    const isInDoubt = this.#fence !== undefined && error.code === 'unavailable';
    if (isInDoubt) this.#live = undefined;
    this.#cancelRetry = this.#clock.after(error.retryInMs ?? RETRY_MS, () => {
      this.#cancelRetry = undefined;
      if (this.#live === undefined) this.#startOver();
      else this.#storeNext();
    });
  }

  /** Goes on from what is stored, as after a restart. */
  #startOver(): void {
    this.#live = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const restore = async () => {
      await this.#storing;
      // Refused just now: it starts over when that is tried again.
      if (this.#cancelRetry === undefined) await this.#restore();
    };
    restore().catch((error: unknown) => {
      if (this.#isStopped) return;
      if (!(error instanceof StoreError) || !error.retryable) throw error;
      this.#log.warn({ err: error, deriver: this.#name }, 'a deriver could not read the log; it tries again');
      this.#cancelRetry = this.#clock.after(error.retryInMs ?? RETRY_MS, () => this.#startOver());
    });
  }

  #end(): void {
    this.#isStopped = true;
    for (const end of this.#endListening.splice(0)) end();
    this.#live = undefined;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #isOwn({ producer }: AppendedBatch): boolean {
    return producer === this.#producer;
  }
}
