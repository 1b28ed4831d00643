import type { Epoch } from '@bigboard/shared/position';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { BatchWindow } from '../store/batch-window.ts';
import { emptyLogs, NamespaceLog, type NamespaceLogs } from '../store/namespace-log.ts';
import type { AppendedBatch, NamespaceState } from '../store/store.ts';
import type { Disk, StoredFile } from './disk.ts';
import { LineFault, parseLine } from './line.ts';
import { readLines } from './lines.ts';
import { JournalDamage, readSegment, type SegmentEnd } from './read-segment.ts';
import { JOURNAL_VERSION, type HeaderLine } from './records.ts';
import { segmentNumber } from './segment-name.ts';
import type { OpenSegment } from './segment-writer.ts';
import type { NamedProducer, SegmentVisitor } from './segment-parser.ts';

export interface RecoveryOptions {
  /** Goes on without what is damaged, in a new epoch, instead of refusing to start. */
  readonly skipCorrupt: boolean;
  readonly newEpoch: () => Epoch;
  readonly onProgress: (bytes: number, totalBytes: number) => void;
}

export interface Recovery {
  readonly logs: NamespaceLogs;
  /** Absent when a new segment has to be begun: there is none, or the newest is damaged. */
  readonly active: Omit<OpenSegment, 'file'> | undefined;
  readonly newestNumber: number;
  readonly tornBytes: number;
  readonly skippedLines: number;
  /** Older segments that could not be read to tell of the time before the newest. */
  readonly warnings: readonly JournalDamage[];
}

/** The journal was written by another version of Bigboard. */
export class OtherJournalVersion extends Error {
  override readonly name = 'OtherJournalVersion';
}

/**
 * Reads back what a journal holds: the newest segment's keyframe and the batches after it, and from the segment before
 * the newest updates for readers of the log that were not there yet.
 * @throws JournalDamage, OtherJournalVersion
 */
export async function recover(disk: Disk, folder: string, options: RecoveryOptions): Promise<Recovery> {
  const files = await disk.list(folder);
  const segments = files.filter(({ name }) => segmentNumber(name) !== undefined);
  const newest = segments.at(-1);
  if (newest === undefined) {
    const logs = emptyLogs(options.newEpoch);
    return { logs, active: undefined, newestNumber: 0, tornBytes: 0, skippedLines: 0, warnings: [] };
  }
  await checkVersion(disk, newest);
  const newestNumber = segmentNumber(newest.name) as number;
  try {
    return await readNewest(disk, newest, segments.at(-2), options);
  } catch (error) {
    // A torn end alone is no damage, and begins no new epoch.
    if (!(error instanceof JournalDamage) || !options.skipCorrupt) throw error;
    const { logs, skippedLines } = await skipThrough(disk, segments, options);
    return { logs, active: undefined, newestNumber, tornBytes: 0, skippedLines, warnings: [] };
  }
}

async function readNewest(
  disk: Disk,
  newest: StoredFile,
  before: StoredFile | undefined,
  options: RecoveryOptions,
): Promise<Recovery> {
  const number = segmentNumber(newest.name) as number;
  const builder = new LogBuilder();
  const onProgress = (bytes: number) => options.onProgress(bytes, newest.bytes);
  const { end, keyframeEnd, tornBytes } = await read(disk, newest, builder, { onProgress });
  const logs = builder.logs(options.newEpoch);
  const { beganAtMs } = builder;
  return {
    logs,
    active: { path: newest.path, number, bytes: end, keyframeBytes: keyframeEnd, beganAtMs },
    newestNumber: number,
    tornBytes,
    skippedLines: 0,
    warnings: before === undefined ? [] : await rememberEarlier(disk, before, logs),
  };
}

/** Just after a new segment was begun, readers of the log are still in the one before. */
async function rememberEarlier(disk: Disk, before: StoredFile, logs: NamespaceLogs): Promise<JournalDamage[]> {
  if (![...logs.values()].some(({ lacksEarlier }) => lacksEarlier)) return [];
  const earlier = new EarlierBatches();
  try {
    await read(disk, before, earlier, {});
  } catch (error) {
    if (error instanceof JournalDamage) return [error];
    throw error;
  }
  for (const log of logs.values()) log.remember(earlier.of(log.namespace));
  return [];
}

async function read(
  disk: Disk,
  { path }: StoredFile,
  visitor: SegmentVisitor,
  options: Parameters<typeof readSegment>[3],
): Promise<SegmentEnd> {
  const file = await disk.open(path, 'read');
  try {
    return await readSegment(file, path, visitor, options);
  } finally {
    await file.close();
  }
}

/** Only the first line is looked at: what another version wrote after it is not known. */
async function checkVersion(disk: Disk, { path }: StoredFile): Promise<void> {
  const file = await disk.open(path, 'read');
  try {
    for await (const [first] of readLines(file)) {
      if (first === undefined) return;
      const { journal } = parseLine(first.bytes) as { journal?: { version?: unknown } };
      if (journal !== undefined && journal.version !== JOURNAL_VERSION) {
        throw new OtherJournalVersion(`it is of version ${String(journal.version)}, not ${JOURNAL_VERSION}`);
      }
      return;
    }
  } catch (error) {
    // Whatever else is wrong with it is found, and named, when it is read.
    if (!(error instanceof LineFault)) throw error;
  } finally {
    await file.close();
  }
}

/**
 * Begins at the newest segment whose keyframe is whole and passes over what cannot be read from there on. What was
 * there is not known any more, so nothing that readers hold may be added to: the epochs are new.
 */
async function skipThrough(
  disk: Disk,
  segments: readonly StoredFile[],
  { newEpoch, onProgress }: RecoveryOptions,
): Promise<{ logs: NamespaceLogs; skippedLines: number }> {
  let skippedLines = 0;
  let logs: NamespaceLogs | undefined;
  for (let first = segments.length - 1; first >= 0 && logs === undefined; first--) {
    const builder = new LogBuilder(true);
    skippedLines = 0;
    const rest = segments.slice(first);
    const totalBytes = rest.reduce((sum, { bytes }) => sum + bytes, 0);
    let readBytes = 0;
    for (const segment of rest) {
      const report = { skipCorrupt: true, onProgress: (bytes: number) => onProgress(readBytes + bytes, totalBytes) };
      skippedLines += (await read(disk, segment, builder, report)).skippedLines;
      readBytes += segment.bytes;
    }
    if (builder.isWhole) logs = builder.logs(newEpoch);
  }
  logs ??= emptyLogs(newEpoch);
  const renewed = [...logs].map(([namespace, log]) => {
    const state = { ...log.state(), epoch: newEpoch() };
    return [namespace, NamespaceLog.restore(namespace, state, log.producers)] as const;
  });
  return { logs: new Map(renewed), skippedLines };
}

/** Folds a segment into logs. */
class LogBuilder implements SegmentVisitor {
  beganAtMs = 0;
  readonly #logs = new Map<ViewerNamespace, NamespaceLog>();
  readonly #mayJump: boolean;

  /** @param mayJump over batches that are missing, and takes only the first keyframe of each namespace */
  constructor(mayJump = false) {
    this.#mayJump = mayJump;
  }

  get isWhole(): boolean {
    return this.#logs.size > 0;
  }

  /** A namespace the journal does not know begins empty. */
  logs(newEpoch: () => Epoch): NamespaceLogs {
    const empty = emptyLogs(newEpoch);
    return new Map(VIEWER_NAMESPACES.map((name) => [name, this.#logs.get(name) ?? (empty.get(name) as NamespaceLog)]));
  }

  header({ journal }: HeaderLine): void {
    this.beganAtMs = journal.beganAtMs;
  }

  keyframe(namespace: ViewerNamespace, state: NamespaceState, producers: readonly NamedProducer[]): void {
    if (this.#mayJump && this.#logs.has(namespace)) return;
    this.#logs.set(namespace, NamespaceLog.restore(namespace, state, producers));
  }

  batch(batch: AppendedBatch): void {
    const log = this.#logs.get(batch.namespace);
    if (log === undefined) {
      if (this.#mayJump) return;
      throw new LineFault(`a batch of ${batch.namespace}, which has no keyframe`);
    }
    if (batch.epoch !== log.epoch) throw new LineFault(`a batch of epoch ${batch.epoch}, not ${log.epoch}`);
    if (this.#mayJump && batch.to <= log.seq) return;
    if (this.#mayJump) log.jumpTo(batch.from);
    if (batch.from !== log.seq) throw new LineFault(`a batch from ${batch.from}, not ${log.seq}`);
    log.apply(batch);
  }
}

/** The newest batches of the segment before the newest one. */
class EarlierBatches implements SegmentVisitor {
  readonly #batches = new Map<ViewerNamespace, BatchWindow>();

  header(): void {}

  keyframe(): void {}

  batch(batch: AppendedBatch): void {
    if (batch.updates.length === 0) return;
    const window = this.#batches.get(batch.namespace) ?? new BatchWindow();
    this.#batches.set(batch.namespace, window);
    window.add(batch);
  }

  of(namespace: ViewerNamespace): readonly AppendedBatch[] {
    return this.#batches.get(namespace)?.batches ?? [];
  }
}
