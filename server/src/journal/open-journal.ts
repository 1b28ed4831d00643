import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Epoch } from '@bigboard/shared/position';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { logProgress } from '../progress-log.ts';
import type { NamespaceLogs } from '../store/namespace-log.ts';
import type { Disk } from './disk.ts';
import { FileJournal, type JournalObserver } from './file-journal.ts';
import { FolderInUse, lockFolder } from './folder-lock.ts';
import { JournalDamage } from './read-segment.ts';
import { OtherJournalVersion, recover, type Recovery } from './recovery.ts';
import type { Retention } from './retention.ts';
import { TEMPORARY_ENDING } from './segment-writer.ts';

/** Small enough to be read back in a second or two, large enough that its keyframe is a small part of it. */
const SEGMENT_BYTES = 32 * 1_048_576;
const SEGMENT_MS = 3_600_000;
/** Of everything kept, at most so large a part is one segment: less would be kept than allowed. */
const SEGMENTS_KEPT = 8;

export interface JournalSettings {
  /** The journal is the folder `journal` in it. */
  readonly dataDir: string;
  readonly retention: Retention;
  readonly skipCorrupt: boolean;
  readonly newEpoch: () => Epoch;
}

/** What stored data keeps the server from starting; the message says what and where. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

export interface OpenedJournal {
  readonly logs: NamespaceLogs;
  readonly journal: FileJournal;
}

/**
 * Takes the journal's folder for this process and reads back what it holds.
 * @throws JournalError
 */
export async function openJournal(
  settings: JournalSettings,
  disk: Disk,
  clock: Clock,
  log: Logger,
  observer: JournalObserver,
): Promise<OpenedJournal> {
  const folder = join(settings.dataDir, 'journal');
  try {
    await disk.makeFolder(folder);
    const release = await lockFolder(settings.dataDir);
    try {
      const recovery = await recoverOrSetAside(settings, folder, disk, clock, log);
      const { retention } = settings;
      const segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(retention.bytes / SEGMENTS_KEPT));
      const options = { folder, retention, segmentBytes, segmentMs: SEGMENT_MS, release };
      const active = recovery.active ?? recovery.newestNumber + 1;
      const journal = await FileJournal.open(disk, clock, recovery.logs, active, options, observer);
      return { logs: recovery.logs, journal };
    } catch (error) {
      await release();
      throw error;
    }
  } catch (error) {
    throw explained(error, settings.dataDir);
  }
}

async function recoverOrSetAside(
  settings: JournalSettings,
  folder: string,
  disk: Disk,
  clock: Clock,
  log: Logger,
): Promise<Recovery> {
  for (const { name, path } of await disk.list(folder)) {
    if (name.endsWith(TEMPORARY_ENDING)) await disk.remove(path, folder);
  }
  const onProgress = logProgress(clock, log, 'reading the journal');
  const { skipCorrupt, newEpoch } = settings;
  try {
    const recovery = await recover(disk, folder, { skipCorrupt, newEpoch, onProgress });
    tell(recovery, log);
    return recovery;
  } catch (error) {
    if (!(error instanceof OtherJournalVersion)) throw error;
    const aside = `${folder}-set-aside-${clock.wallMs()}`;
    await rename(folder, aside);
    await disk.makeFolder(folder);
    log.warn({ aside, reason: error.message }, 'a journal of another version was set aside; this one begins anew');
    return recover(disk, folder, { skipCorrupt, newEpoch, onProgress });
  }
}

function tell({ tornBytes, skippedLines, warnings, active }: Recovery, log: Logger): void {
  if (tornBytes > 0) {
    log.warn({ path: active?.path, tornBytes }, 'the end of a write that was cut short was removed from the journal');
  }
  if (skippedLines > 0) {
    log.warn({ skippedLines }, 'damaged lines of the journal were left out; readers start over in a new epoch');
  }
  for (const { message } of warnings) log.warn({ reason: message }, 'an older segment of the journal cannot be read');
}

function explained(error: unknown, dataDir: string): unknown {
  if (error instanceof JournalDamage) {
    return new JournalError(`${error.message}. Start with --skip-corrupt to go on without what is damaged`, {
      cause: error,
    });
  }
  if (error instanceof FolderInUse) {
    return new JournalError(`${error.message}: stop that one, or set DATA_DIR to another folder`, { cause: error });
  }
  if (error instanceof Error && 'code' in error && 'syscall' in error) {
    return new JournalError(`DATA_DIR=${dataDir} cannot be used: ${error.message}`, { cause: error });
  }
  return error;
}
