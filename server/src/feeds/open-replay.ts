import { stat } from 'node:fs/promises';
import type { RecordingError } from '@bigboard/shared/recording';
import { openJournalReplay } from './journal-replay/open-journal-replay.ts';
import { readRecording } from './recording-file.ts';
import { ReplayFeed, type ReplayOptions } from './replay.ts';

/**
 * Opens what can be played: the file of a recording, or the folder of a journal.
 * @param warn told when lines were left out: how many, and the first few
 * @throws RecordingError when it is no recording; an Error of the file system when it cannot be read
 */
export async function openReplay(
  path: string,
  options: ReplayOptions,
  warn: (count: number, first: readonly RecordingError[]) => void = () => undefined,
): Promise<ReplayFeed> {
  if ((await stat(path)).isDirectory()) return openJournalReplay(path, options);
  const recording = await readRecording(path);
  if (recording.badLineCount > 0) warn(recording.badLineCount, recording.badLines);
  return new ReplayFeed(recording, options);
}
