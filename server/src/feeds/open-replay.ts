import { stat } from 'node:fs/promises';
import type { RecordingError } from '@bigboard/shared/recording';
import { openJournalReplay } from './journal-replay/open-journal-replay.ts';
import { readRecording } from './recording-file.ts';
import { ReplayFeed, type ReplayOptions } from './replay.ts';

export interface ReadingObserver {
  /** Lines were left out; how many, and the first few. */
  readonly onBadLines?: (count: number, first: readonly RecordingError[]) => void;
  /** It is played up to where it ends. */
  readonly onCut?: () => void;
  /** So much of a journal has been read. */
  readonly onProgress?: (bytes: number, totalBytes: number) => void;
}

/**
 * Opens what can be played: the file of a recording, or the folder of a journal.
 * @throws RecordingError when it is no recording; an Error of the file system when it cannot be read
 */
export async function openReplay(
  path: string,
  options: ReplayOptions,
  { onBadLines, onCut, onProgress }: ReadingObserver = {},
): Promise<ReplayFeed> {
  if ((await stat(path)).isDirectory()) return openJournalReplay(path, options, onProgress);
  const recording = await readRecording(path);
  if (recording.badLineCount > 0) onBadLines?.(recording.badLineCount, recording.badLines);
  if (recording.isCut) onCut?.();
  return new ReplayFeed(recording, options);
}
