import type { FeedState, FeedStatus } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import type { Cancel, Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { StoreError, type Fence, type Store } from '../store/store.ts';
import { EventTimes } from './event-times.ts';
import type { Progress } from './checkpoint.ts';
import { CommandAcks } from './command-acks.ts';
import { FeedWriter } from './feed-writer.ts';
import type { Feed, TimedUpdate } from './feed.ts';
import { StreamClock } from './stream-clock.ts';

/** Rows in one batch; a larger opening goes in several. */
const BATCH_ROWS = 1_000;
/** What is due in one moment goes in one batch, or readers would see the half of a loop's seam; but not without end. */
const MOMENT_ROWS = 5_000;
/** Taken from the feed in one turn: rows of a journal are read and parsed for that, about 40 us each. */
const TURN_ROWS = 250;
/** The feed is asked for what is due at most this often and at least that often. */
const MIN_WAIT_MS = 5;
const MAX_WAIT_MS = 1_000;
/** How often it tells where it stands, and stores it. */
const STATUS_INTERVAL_MS = 5_000;
const RETRY_MS = 1_000;

const STOPPED = 'this instance plays it no more';
const ENDED = 'it has come to its end';

/**
 * Plays one feed into the log: asks it for what is due on its stream clock and appends that. It never has more than one
 * batch under way, so a slow store slows the feed instead of filling memory. After a restart it goes on from the progress
 * it has stored; what came after that comes again with the ids it had, so that none is lost and none is there twice.
 */
export class FeedRunner {
  readonly #feed: Feed;
  /** The feed's state before it was asked for anything. */
  readonly #beginning: Json;
  readonly #writer: FeedWriter;
  readonly #clock: Clock;
  readonly #stream: StreamClock;
  readonly #log: Logger;
  readonly #instance: string;
  #hasBegun = false;
  #hasEnded = false;
  #failure: string | undefined;
  readonly #eventTimes: EventTimes;
  #told: { readonly state: FeedState; readonly atMs: number; readonly commands: number } | undefined;
  readonly #commands = new CommandAcks();
  #isPolling = false;
  #cancel: Cancel | undefined;
  #isStopped = false;
  #onIdle: (() => void)[] = [];

  /**
   * @param feed before it is asked for anything
   * @param instance the name this process is known by, shown as the feed's leader
   * @param fence under which it writes
   */
  constructor(feed: Feed, store: Store, clock: Clock, log: Logger, instance: string, fence?: Fence) {
    this.#feed = feed;
    this.#beginning = feed.state();
    this.#writer = new FeedWriter(feed.name, store, fence);
    this.#clock = clock;
    this.#stream = new StreamClock(clock, feed.startTimeMs, feed.speed);
    this.#log = log;
    this.#instance = instance;
    this.#eventTimes = new EventTimes(feed);
  }

  get name(): string {
    return this.#feed.name;
  }

  get feed(): Feed {
    return this.#feed;
  }

  /** It plays, or would if it were not paused: only then can it be commanded. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get speed(): number {
    return this.#stream.speed;
  }

  /** Stream time. */
  get positionMs(): number {
    return this.#stream.positionMs;
  }

  /** Why it does not run; undefined while it does, or is only paused. */
  get reason(): string | undefined {
    return this.#failure ?? (this.#hasEnded ? ENDED : undefined);
  }

  get state(): FeedState {
    if (this.#failure !== undefined) return 'failed';
    return this.#hasEnded || this.#stream.isPaused ? 'paused' : 'running';
  }

  /**
   * Goes on from what is stored, or stores the opening, then plays. Resolves when viewers may come; that is also when the
   * store does not take the opening now, and it tries again.
   */
  start(): Promise<void> {
    return this.#poll();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#end();
    if (this.#isPolling) await new Promise<void>((done) => this.#onIdle.push(done));
  }

  pause(): Promise<void> {
    return this.#command(() => (this.#stream.isPaused = true));
  }

  resume(): Promise<void> {
    return this.#command(() => (this.#stream.isPaused = false));
  }

  setSpeed(speed: number): Promise<void> {
    return this.#command(() => (this.#stream.speed = speed));
  }

  /** Shows at once what there was at that moment, paused or not. @param timeMs within the feed's `seekable` */
  seek(timeMs: number): Promise<void> {
    return this.#command(() => {
      this.#feed.seekable?.seek(timeMs);
      this.#stream.goTo(timeMs);
      this.#hasEnded = false;
    });
  }

  /** Holds from here on, and is told soon. @returns is kept once it would outlive a restart */
  #command(change: () => void): Promise<void> {
    this.#stream.advance();
    change();
    const stored = this.#commands.give();
    if (this.#isStopped) this.#commands.fail(new StoreError('draining', STOPPED));
    else if (!this.#isPolling) this.#wait(0);
    return stored;
  }

  #wait(delayMs: number): void {
    this.#cancel?.();
    if (this.#isStopped) return;
    this.#cancel = this.#clock.after(delayMs, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    try {
      if (this.#hasBegun) await this.#play();
      else await this.#begin();
      const waitMs = this.#untilNextMs();
      if (waitMs < Infinity) this.#wait(waitMs);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // The board stops, or another instance plays the feed: when this one starts again, it goes on from what is stored.
      if (error.code === 'draining' || error.code === 'fenced') return this.#end();
      this.#commands.fail(error);
      // Somebody else counted under this name, or the log lost its end: what is stored says where to go on.
      if (error.code === 'out_of_order') this.#hasBegun = false;
      // The store does not take it now: the batch waits and so does the stream. It is not lost and not reordered.
      this.#log.warn({ err: error, feed: this.name }, 'a feed could not store; it tries again');
      this.#wait(error.retryInMs ?? RETRY_MS);
    } finally {
      this.#isPolling = false;
      for (const done of this.#onIdle.splice(0)) done();
    }
  }

  #end(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#commands.fail(new StoreError('draining', STOPPED));
  }

  /** When the store refuses something in the middle of it, it is done again from its start, as after a crash. */
  async #begin(): Promise<void> {
    const stored = await this.#writer.open();
    const progress = stored !== undefined && this.#feed.restore(stored.feed) ? stored : undefined;
    if (progress === undefined) {
      this.#feed.restore(this.#beginning);
      this.#eventTimes.startOver();
      await this.#writer.startOver(this.#feed.startTimeMs);
    } else {
      this.#goOnFrom(progress);
    }
    // Before anything else, so that of whatever it leaves behind it is known whose it is.
    await this.#tell();
    if (progress?.isOpened !== true) await this.#open();
    await this.#attempt(() => this.#catchUp());
    await this.#writer.store();
    if (this.#failure === undefined) this.#writer.note(this.#progress(true));
    this.#stream.hold();
    this.#hasBegun = true;
    await this.#writer.store();
    await this.#tell();
  }

  #goOnFrom(progress: Progress): void {
    const { streamTimeMs, lastEventTime, speed, ownSpeed, isPaused } = progress;
    this.#writer.goOnFrom(progress);
    this.#stream.goTo(streamTimeMs);
    this.#stream.speed = ownSpeed === this.#feed.speed ? speed : this.#feed.speed;
    this.#stream.isPaused = isPaused;
    this.#eventTimes.goOnFrom(lastEventTime);
  }

  async #open(): Promise<void> {
    this.#writer.note(this.#progress(false));
    for (const row of this.#feed.opening()) {
      this.#take({ ...row, dueTimeMs: this.#feed.startTimeMs });
      if (this.#writer.unstoredCount >= BATCH_ROWS) await this.#writer.store();
    }
    await this.#writer.store();
  }

  /** Takes again what came after the stored progress: the stream stood where the newest of it was due. */
  #catchUp(): void {
    while (this.#writer.isCatchingUp) {
      const next = this.#feed.next();
      if (next === undefined) break;
      this.#take(next);
      this.#stream.played(next.dueTimeMs);
    }
    this.#hasEnded = this.#feed.nextDueMs() === undefined;
  }

  async #play(): Promise<void> {
    if (this.#writer.unstoredCount > 0) {
      this.#stream.hold();
      await this.#writer.store();
    }
    const isStatusDue = this.#isStatusDue();
    const hasFailed = this.#failure !== undefined;
    // One that is given while this is stored is not in it yet.
    const commands = this.#commands.given;
    this.#stream.advance();
    if (!hasFailed) {
      // As of now, and not as of after what is due: that may be stored in one namespace and not in the other.
      if (isStatusDue) this.#writer.note(this.#progress(true));
      await this.#attempt(() => this.#takeDue(commands));
    }
    // The half of a moment is not stored: what was taken comes again.
    if (this.#isStopped) return;
    await this.#writer.store();
    if (hasFailed) this.#commands.fail(new StoreError('unavailable', 'it has failed'));
    else if (isStatusDue) this.#commands.store(commands);
    if (isStatusDue || this.state !== this.#told?.state) await this.#tell(commands);
  }

  #isStatusDue(): boolean {
    if (this.#told === undefined || this.#told.commands !== this.#commands.given) return true;
    return this.#clock.monotonicMs() - this.#told.atMs > STATUS_INTERVAL_MS;
  }

  /** @param commands how many there have been; it ends at the next one */
  async #takeDue(commands: number): Promise<void> {
    let count = 0;
    let newestDueMs: number | undefined;
    for (;;) {
      const dueMs = this.#feed.nextDueMs();
      this.#hasEnded = dueMs === undefined;
      if (dueMs === undefined || !this.#stream.isDue(dueMs)) return;
      if (count >= (dueMs === newestDueMs ? MOMENT_ROWS : BATCH_ROWS)) return;
      const next = this.#feed.next();
      if (next === undefined) return;
      this.#take(next);
      this.#stream.played(dueMs);
      newestDueMs = dueMs;
      count++;
      if (count % TURN_ROWS > 0) continue;
      await new Promise<void>((done) => this.#clock.soon(done));
      // What a command changes comes after the progress that tells of it, or it would not come again as it was.
      if (this.#isStopped || this.#commands.given !== commands) return;
    }
  }

  #take(row: TimedUpdate): void {
    this.#writer.add(row);
    this.#eventTimes.take(row);
  }

  async #attempt(play: () => Promise<void> | void): Promise<void> {
    try {
      await play();
    } catch (error) {
      this.#log.error({ err: error, feed: this.name }, 'a feed failed');
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }

  #untilNextMs(): number {
    if (this.#told?.commands !== this.#commands.given) return 0;
    if (this.#failure !== undefined || this.#hasEnded) return Infinity;
    const dueMs = this.#feed.nextDueMs();
    if (dueMs === undefined) return Infinity;
    const untilDueMs = this.#stream.untilMs(dueMs);
    if (untilDueMs === Infinity) return Infinity;
    return Math.min(MAX_WAIT_MS, Math.max(this.#stream.speed === 0 ? 0 : MIN_WAIT_MS, untilDueMs));
  }

  #progress(isOpened: boolean): Progress {
    return {
      feed: this.#feed.state(),
      isOpened,
      ids: this.#writer.ids,
      streamTimeMs: this.#stream.positionMs,
      lastEventTime: this.#eventTimes.newest(),
      speed: this.#stream.speed,
      isPaused: this.#stream.isPaused,
      ownSpeed: this.#feed.speed,
    };
  }

  /**
   * Publishes `feed:NAME` in every namespace the feed writes to.
   * @param commands how many of them are in the progress that is stored
   */
  async #tell(commands = 0): Promise<void> {
    const { title, titles, source, sources, staged, streams } = this.#feed;
    const { state } = this;
    const reason = this.reason ?? null;
    const newest = this.#eventTimes.newest();
    const speed = this.#stream.speed;
    for (const namespace of this.#feed.namespaces) {
      const time = newest[namespace];
      const status: Omit<FeedStatus, 'staged' | 'reason'> = {
        title: titles?.[namespace] ?? title,
        state,
        source: sources?.[namespace] ?? source,
        speed: speed * (streams?.[namespace]?.speed ?? 1),
        lastEventTime: time,
        leader: this.#instance,
      };
      // What does not hold any more is taken back: the topic may be older than this process.
      const isStaged = typeof staged === 'object' ? staged.includes(namespace) : staged;
      const fields = { ...status, staged: isStaged || null, reason };
      await this.#writer.publish(namespace, { topic: `feed:${this.name}`, time, fields });
    }
    if (this.#told !== undefined && this.#told.state !== state)
      this.#log.info({ feed: this.name, state, reason }, 'feed');
    this.#told = { state, atMs: this.#clock.monotonicMs(), commands };
  }
}
