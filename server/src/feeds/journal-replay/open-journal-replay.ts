import { join } from 'node:path';
import { labelFeeds } from '@bigboard/shared/feed-labels';
import { RecordingError, type RecordingHeader } from '@bigboard/shared/recording';
import { systemDisk, type StoredFile } from '../../journal/disk.ts';
import { segmentNumber } from '../../journal/segment-name.ts';
import { ReplayFeed, type ReplayOptions } from '../replay.ts';
import { JournalIndex } from './journal-index.ts';
import { JournalRows } from './journal-rows.ts';

/** A server that was stopped for a night is not waited for. */
const LONGEST_PAUSE_MS = 30_000;
/** Beneath a server's DATA_DIR. */
const JOURNAL_FOLDER = 'journal';

/**
 * Plays what a server has kept in its journal, as it was accepted: in it, feeds of different times are mixed.
 * @param folder with the segments, or a server's DATA_DIR
 * @param onProgress told how much of it has been read
 * @throws RecordingError when there is no journal in it
 */
export async function openJournalReplay(
  folder: string,
  options: ReplayOptions,
  onProgress: (bytes: number, totalBytes: number) => void = () => undefined,
): Promise<ReplayFeed> {
  const segments = await segmentsIn(folder);
  const found = segments.length > 0 ? segments : await segmentsIn(join(folder, JOURNAL_FOLDER)).catch(() => []);
  if (found.length === 0) throw new RecordingError(1, 'no segment of a journal (00000001.ndjson) in this folder');
  const index = await JournalIndex.read(found, onProgress);
  const header: RecordingHeader = {
    bigboard: 1,
    title: 'Journal of a Bigboard server',
    source: 'a Bigboard server',
    licence: 'as its sources say',
    ...labelFeeds(index.feeds, (titles) => `${titles} (from a journal)`),
    startTimeMs: index.beganAtMs,
    longestPauseMs: LONGEST_PAUSE_MS,
  };
  const paths = found.map(({ path }) => path);
  return new ReplayFeed({ header, updates: new JournalRows(index, paths), fingerprint: index.fingerprint }, options);
}

async function segmentsIn(folder: string): Promise<StoredFile[]> {
  const files = (await systemDisk.list(folder)).map((file) => [segmentNumber(file.name), file] as const);
  const segments = files.filter((each): each is [number, StoredFile] => each[0] !== undefined);
  return segments.sort(([a], [b]) => a - b).map(([, file]) => file);
}
