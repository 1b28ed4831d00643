import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingError, type RecordingHeader } from '@bigboard/shared/recording';
import { segmentNumber, segmentPath } from '../../journal/segment-name.ts';
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
 * @throws RecordingError when there is no journal in it
 */
export async function openJournalReplay(folder: string, options: ReplayOptions): Promise<ReplayFeed> {
  const paths = await segmentPaths(folder);
  const found = paths.length > 0 ? paths : await segmentPaths(join(folder, JOURNAL_FOLDER)).catch(() => []);
  if (found.length === 0) throw new RecordingError(1, 'no segment of a journal (00000001.ndjson) in this folder');
  const index = new JournalIndex(found);
  const origins = Object.fromEntries(
    [...index.sources].map(([namespace, sources]) => {
      return [namespace, [...sources].every((source) => source === 'simulated') ? 'simulated' : 'recorded'] as const;
    }),
  );
  const header: RecordingHeader = {
    bigboard: 1,
    title: 'Journal of a Bigboard server',
    source: 'a Bigboard server',
    licence: 'as its sources say',
    origin: 'recorded',
    origins,
    startTimeMs: index.beganAtMs,
    longestPauseMs: LONGEST_PAUSE_MS,
  };
  return new ReplayFeed({ header, updates: new JournalRows(index), fingerprint: index.fingerprint }, options);
}

async function segmentPaths(folder: string): Promise<string[]> {
  const numbers = (await readdir(folder)).map(segmentNumber).filter((number) => number !== undefined);
  return numbers.sort((a, b) => a - b).map((number) => segmentPath(folder, number));
}
