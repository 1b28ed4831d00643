import type { Clock } from '../clock.ts';
import type { Journal } from '../store/memory-store.ts';
import type { NamespaceLogs } from '../store/namespace-log.ts';
import { StoreError, type AppendedBatch } from '../store/store.ts';
import type { Disk } from './disk.ts';
import { readSegment } from './read-segment.ts';
import { formatBatch } from './records.ts';
import { expiredSegments, type Retention } from './retention.ts';
import { segmentNumber } from './segment-name.ts';
import { SegmentWriter, type OpenSegment } from './segment-writer.ts';

/** After a failure the disk is tried again at most this often; until then the answer is the same at once. */
const MEND_INTERVAL_MS = 1_000;
/** A keyframe that could not be written is tried again after this time. */
const ROTATE_RETRY_MS = 10_000;
const MEBIBYTE = 1_048_576;
const HOUR_MS = 3_600_000;

export interface FileJournalOptions {
  readonly folder: string;
  readonly retention: Retention;
  /** A segment that is larger, or older, is followed by another. */
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** Called when it is closed, which is when another process may open it. */
  readonly release: () => Promise<void>;
}

export interface JournalObserver {
  /** A group was written and synced. */
  synced(durationMs: number, bytes: number): void;
  /** Nothing can be stored from now on. */
  failed(error: unknown): void;
  recovered(): void;
  rotated(segment: number): void;
  /** The segment goes on for longer than it should, or old ones could not be deleted. */
  rotationFailed(error: unknown): void;
}

/** A segment in the making, and what was written meanwhile to the one before. */
interface Rotation {
  readonly writer: SegmentWriter;
  readonly carried: string[];
  isReady: boolean;
}

/**
 * The journal of a store, in a folder of segments. A group is written and synced before it counts. A new segment gets its
 * keyframe while the one before is still written to; what is written in that time stands in both.
 */
export class FileJournal implements Journal {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #logs: NamespaceLogs;
  readonly #options: FileJournalOptions;
  readonly #observer: JournalObserver;
  #segment: OpenSegment;
  #rotation: Rotation | undefined;
  #rotating: Promise<void> = Promise.resolve();
  #rotateNotBeforeMs = 0;
  /** No number is given twice: undoing a segment that failed must never meet one that is in use. */
  #newestNumber: number;
  /** New segments that could not be undone after they failed. */
  readonly #abandoned: SegmentWriter[] = [];
  #failure: StoreError | undefined;
  #mustVerify = false;
  #mendNotBeforeMs = 0;

  private constructor(
    disk: Disk,
    clock: Clock,
    logs: NamespaceLogs,
    segment: OpenSegment,
    options: FileJournalOptions,
    observer: JournalObserver,
  ) {
    this.#disk = disk;
    this.#clock = clock;
    this.#logs = logs;
    this.#segment = segment;
    this.#newestNumber = segment.number;
    this.#options = options;
    this.#observer = observer;
  }

  /**
   * @param logs what the store goes on from; whenever `write` is called they hold all that was written before
   * @param active where to go on; undefined begins a new segment numbered `number`
   */
  static async open(
    disk: Disk,
    clock: Clock,
    logs: NamespaceLogs,
    active: Omit<OpenSegment, 'file'> | number,
    options: FileJournalOptions,
    observer: JournalObserver,
  ): Promise<FileJournal> {
    const segment =
      typeof active === 'number'
        ? await beginSegment(disk, options.folder, active, clock.wallMs(), logs)
        : { ...active, file: await disk.open(active.path, 'change') };
    const journal = new FileJournal(disk, clock, logs, segment, options, observer);
    // What a crash left after the last whole record must be gone before anything is written there.
    if (typeof active !== 'number') await journal.#cut();
    await journal.#expire();
    return journal;
  }

  get description(): string {
    const { folder, retention } = this.#options;
    const size = `${Math.round(retention.bytes / MEBIBYTE)} MB`;
    return `journal in ${folder}: keeps ${size} or ${retention.ms / HOUR_MS} h, whichever is less`;
  }

  get failure(): StoreError | undefined {
    return this.#failure;
  }

  async write(batches: readonly AppendedBatch[]): Promise<void> {
    if (this.#failure !== undefined) await this.#mend();
    const text = this.#format(batches);
    if (text === '') return;
    await this.#rotateIfDue();
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = Buffer.from(text);
    const beganMs = this.#clock.monotonicMs();
    try {
      await this.#segment.file.write(bytes, this.#segment.bytes);
      this.#mustVerify = true;
      await this.#segment.file.sync();
      this.#mustVerify = false;
    } catch (error) {
      this.#mustVerify ||= !isDiskFull(error);
      const failure = this.#fail(error);
      // As well as can be, so that a process that ends now does not find what was refused; the mending makes sure.
      await this.#cut().catch(() => undefined);
      throw failure;
    }
    this.#segment.bytes += bytes.length;
    this.#rotation?.carried.push(text);
    this.#observer.synced(this.#clock.monotonicMs() - beganMs, bytes.length);
  }

  async close(): Promise<void> {
    await this.#rotating;
    await this.#rotation?.writer.discard();
    this.#rotation = undefined;
    if (this.#failure !== undefined) await this.#cut().catch(() => undefined);
    await this.#segment.file.close();
    await this.#options.release();
  }

  #format(batches: readonly AppendedBatch[]): string {
    let text = '';
    for (const batch of batches) if (this.#bringsSomething(batch)) text += formatBatch(batch, text === '');
    return text;
  }

  /** A question for the newest id, or a retry of what is stored, leaves nothing to write. */
  #bringsSomething({ namespace, producer, updates, lastId = 0, checkpoint }: AppendedBatch): boolean {
    const known = this.#logs.get(namespace)?.producer(producer).lastId ?? 0;
    return updates.length > 0 || checkpoint !== undefined || lastId > known;
  }

  #fail(error: unknown): StoreError {
    const isFull = isDiskFull(error);
    const message = isFull ? 'the disk is full' : 'the journal cannot be written';
    const details = { cause: error, retryInMs: MEND_INTERVAL_MS };
    const failure = new StoreError(isFull ? 'storage_full' : 'unavailable', message, details);
    if (this.#failure === undefined) this.#observer.failed(error);
    this.#failure = failure;
    this.#mendNotBeforeMs = this.#clock.monotonicMs() + MEND_INTERVAL_MS;
    return failure;
  }

  /**
   * A descriptor whose sync has failed is never trusted again: the system may have dropped what it could not write and
   * report success the next time. So the file is opened anew, cut to what was synced, and read back. After a write for
   * which there was no room, cutting is enough.
   */
  async #mend(): Promise<void> {
    if (this.#clock.monotonicMs() < this.#mendNotBeforeMs) throw this.#failure as StoreError;
    try {
      if (this.#mustVerify) await this.#reopen();
      await this.#cut();
      if (this.#mustVerify) await this.#verify();
      this.#mustVerify = false;
      // Last, because another may be given up meanwhile: after this nothing is waited for.
      for (let writer = this.#abandoned[0]; writer !== undefined; writer = this.#abandoned[0]) {
        await writer.discard();
        this.#abandoned.shift();
      }
    } catch (error) {
      throw this.#fail(error);
    }
    this.#failure = undefined;
    this.#observer.recovered();
  }

  async #reopen(): Promise<void> {
    await this.#segment.file.close().catch(() => undefined);
    this.#segment.file = await this.#disk.open(this.#segment.path, 'change');
  }

  async #verify(): Promise<void> {
    const nobody = { header: () => undefined, keyframe: () => undefined, batch: () => undefined };
    const { end } = await readSegment(this.#segment.file, this.#segment.path, nobody);
    if (end !== this.#segment.bytes) throw new Error(`it ends at ${end}, not at ${this.#segment.bytes}`);
  }

  async #cut(): Promise<void> {
    await this.#segment.file.truncate(this.#segment.bytes);
    await this.#segment.file.sync();
  }

  /** Called between two groups: then the logs hold what the segment holds, and nobody writes to it. */
  async #rotateIfDue(): Promise<void> {
    if (this.#rotation?.isReady === true) await this.#switch(this.#rotation);
    if (this.#rotation !== undefined) return;
    const { segmentBytes, segmentMs, folder } = this.#options;
    const nowMs = this.#clock.wallMs();
    // A keyframe that is itself larger than a segment should be must not be followed by the next one at once.
    const { bytes, keyframeBytes } = this.#segment;
    const isLarge = bytes - keyframeBytes >= Math.max(segmentBytes, keyframeBytes);
    const isDue = isLarge || nowMs - this.#segment.beganAtMs >= segmentMs;
    if (!isDue || this.#clock.monotonicMs() < this.#rotateNotBeforeMs) return;
    const writer = new SegmentWriter(this.#disk, folder, ++this.#newestNumber, nowMs);
    const rotation: Rotation = { writer, carried: [], isReady: false };
    this.#rotation = rotation;
    const captured = [...this.#logs.values()].map((log) => log.capture());
    this.#rotating = writer.writeKeyframes(captured).then(
      () => void (rotation.isReady = true),
      (error: unknown) => this.#giveUpRotation(rotation, error),
    );
  }

  async #switch(rotation: Rotation): Promise<void> {
    try {
      for (const text of rotation.carried) await rotation.writer.append(text);
      const next = await rotation.writer.publish();
      await this.#segment.file.close().catch(() => undefined);
      this.#segment = next;
      this.#rotation = undefined;
      this.#observer.rotated(next.number);
    } catch (error) {
      await this.#giveUpRotation(rotation, error);
      return;
    }
    await this.#expire();
  }

  /** The segment goes on; the next attempt is later. */
  async #giveUpRotation(rotation: Rotation, error: unknown): Promise<void> {
    this.#rotateNotBeforeMs = this.#clock.monotonicMs() + ROTATE_RETRY_MS;
    this.#observer.rotationFailed(error);
    this.#rotation = undefined;
    // What is kept no longer may be what there is no room for.
    await this.#expire();
    try {
      await rotation.writer.discard();
    } catch (cause) {
      this.#abandoned.push(rotation.writer);
      this.#fail(cause);
    }
  }

  async #expire(): Promise<void> {
    const { folder, retention } = this.#options;
    try {
      const files = await this.#disk.list(folder);
      const segments = files.filter(({ name }) => segmentNumber(name) !== undefined);
      for (const { path } of expiredSegments(segments, retention, this.#clock.wallMs()))
        await this.#disk.remove(path, folder);
    } catch (error) {
      this.#observer.rotationFailed(error);
    }
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

async function beginSegment(
  disk: Disk,
  folder: string,
  number: number,
  nowMs: number,
  logs: NamespaceLogs,
): Promise<OpenSegment> {
  const writer = new SegmentWriter(disk, folder, number, nowMs);
  try {
    await writer.writeKeyframes([...logs.values()].map((log) => log.capture()));
    return await writer.publish();
  } catch (error) {
    await writer.discard().catch(() => undefined);
    throw error;
  }
}
