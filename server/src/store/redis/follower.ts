import type { Cancel, Clock } from '../../clock.ts';
import { StoreError } from '../store.ts';
import type { LogEntry } from './log-entry.ts';
import { compareIds, logIdOf, type HeadText } from './log-head.ts';

/** An entry that came before its predecessor waits this long for it; most have only been overtaken. */
const OVERTAKEN_MS = 50;
const READ_RETRY_MS = 1_000;
/** More than this waiting out of order is no overtaking: what is beyond is read. */
const HELD_ENTRIES = 256;

export interface FollowerObserver {
  /** The next entry, in order and once. */
  applied(entry: LogEntry): void;
  /** What follows is gone from the log: everything has to be loaded anew. */
  missed(): void;
  /** Another entry has the place of one that was applied. */
  contradicted(): void;
  /** The log was read, and held what had not come by itself. */
  repaired(): void;
  readFailed(error: unknown): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Puts the entries of one log in order, wherever they come from, and reads from the log what stays missing. */
export class Follower {
  readonly #read: (after: HeadText) => AsyncIterable<readonly LogEntry[]>;
  readonly #clock: Clock;
  readonly #observer: FollowerObserver;
  /** By the entry each follows. */
  readonly #held = new Map<HeadText, LogEntry>();
  readonly #waiting = new Map<HeadText, Waiting>();
  #head: HeadText;
  #told: HeadText;
  #cancelRead: Cancel | undefined;
  #isReading = false;
  #isStopped = false;

  /** @param head the last entry that is held already */
  constructor(
    head: HeadText,
    read: (after: HeadText) => AsyncIterable<readonly LogEntry[]>,
    clock: Clock,
    observer: FollowerObserver,
  ) {
    this.#head = head;
    this.#told = head;
    this.#read = read;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** The last entry that was applied. */
  get head(): HeadText {
    return this.#head;
  }

  /** An entry heard of another instance. */
  hear(entry: LogEntry): void {
    const outcome = this.#take(entry);
    if (outcome === 'ahead') this.#readIn(OVERTAKEN_MS);
    else if (outcome === 'contradicts') this.#observer.contradicted();
  }

  /**
   * An entry of this instance, which Redis has just stored.
   * @returns resolves once it is applied. @throws StoreError when it cannot be for now
   */
  async hearOwn(entry: LogEntry): Promise<void> {
    const outcome = this.#take(entry);
    if (outcome === 'applied' || outcome === 'known') return;
    if (outcome === 'contradicts') this.#observer.contradicted();
    const applied = new Promise<void>((resolve, reject) => this.#waiting.set(entry.head, { resolve, reject }));
    this.#readIn(0);
    await applied;
  }

  /** What the log ends with, as Redis says. */
  hearOfHead(head: HeadText): void {
    this.#told = head;
    if (this.#lacksSomething) this.#readIn(OVERTAKEN_MS);
  }

  /** Reads to the end of the log. @throws when that fails */
  async catchUp(): Promise<'complete' | 'missed' | 'contradicted'> {
    for await (const entries of this.#read(this.#head)) {
      for (const entry of entries) {
        const outcome = this.#take(entry);
        if (outcome === 'ahead') return 'missed';
        if (outcome === 'contradicts') return 'contradicted';
      }
    }
    return 'complete';
  }

  /** Nobody can say for now whether what is waited for will come. */
  giveUpWaiting(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    const error = new StoreError('unavailable', reason, { retryInMs: READ_RETRY_MS });
    for (const { reject } of waiting) reject(error);
  }

  stop(reason: string): void {
    this.#isStopped = true;
    this.#cancelRead?.();
    this.#held.clear();
    this.giveUpWaiting(reason);
  }

  #take(entry: LogEntry): 'applied' | 'known' | 'ahead' | 'contradicts' {
    if (this.#isStopped) return 'known';
    const own = logIdOf(this.#head);
    const order = compareIds(entry.id, own);
    if (order < 0 || entry.head === this.#head) return 'known';
    if (entry.after === this.#head) {
      this.#apply(entry);
      this.#applyHeld();
      return 'applied';
    }
    if (order === 0 || compareIds(logIdOf(entry.after), own) <= 0) return 'contradicts';
    if (this.#held.size < HELD_ENTRIES) this.#held.set(entry.after, entry);
    return 'ahead';
  }

  #apply(entry: LogEntry): void {
    // Last: what could not be applied has not been.
    this.#observer.applied(entry);
    this.#head = entry.head;
    this.#waiting.get(entry.head)?.resolve();
    this.#waiting.delete(entry.head);
  }

  #applyHeld(): void {
    for (let next = this.#held.get(this.#head); next !== undefined; next = this.#held.get(this.#head)) {
      this.#held.delete(next.after);
      this.#apply(next);
    }
    if (this.#held.size === 0) return;
    const own = logIdOf(this.#head);
    for (const [after, { id }] of this.#held) if (compareIds(id, own) <= 0) this.#held.delete(after);
  }

  get #lacksSomething(): boolean {
    return this.#held.size > 0 || this.#waiting.size > 0 || compareIds(logIdOf(this.#told), logIdOf(this.#head)) > 0;
  }

  #readIn(delayMs: number): void {
    if (this.#isStopped || this.#isReading) return;
    if (delayMs > 0 && this.#cancelRead !== undefined) return;
    this.#cancelRead?.();
    this.#cancelRead = undefined;
    if (delayMs === 0) return void this.#readMissing();
    this.#cancelRead = this.#clock.after(delayMs, () => {
      this.#cancelRead = undefined;
      if (this.#lacksSomething) void this.#readMissing();
    });
  }

  async #readMissing(): Promise<void> {
    this.#isReading = true;
    let delayMs = OVERTAKEN_MS;
    try {
      const before = this.#head;
      const outcome = await this.catchUp();
      if (this.#isStopped) return;
      if (this.#head !== before) this.#observer.repaired();
      if (outcome === 'missed') this.#observer.missed();
      else if (outcome === 'contradicted') this.#observer.contradicted();
      // One that was stored while the end of the log was read is found at once; one that is nowhere is not asked for all the time.
      if (this.#head !== before && this.#waiting.size > 0) delayMs = 0;
      else if (this.#head === before) delayMs = READ_RETRY_MS;
    } catch (error) {
      delayMs = READ_RETRY_MS;
      this.#observer.readFailed(error);
    }
    this.#isReading = false;
    if (this.#lacksSomething) this.#readIn(delayMs);
  }
}
