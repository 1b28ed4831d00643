import type { CapturedLog } from '../store/namespace-log.ts';
import { formatLine } from './line.ts';
import type { DocumentLine, KeyframeLine, ProducerLine } from './records.ts';

/** Characters written at a time: between two pieces the server does other things. */
const PIECE_LENGTH = 131_072;

/** A keyframe of each log, as the lines of a segment, in pieces. */
export function* formatKeyframes(logs: readonly CapturedLog[]): Generator<string> {
  let piece = '';
  for (const line of lines(logs)) {
    piece += line;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function* lines(logs: readonly CapturedLog[]): Generator<string> {
  for (const { namespace, epoch, seq, documents, producers } of logs) {
    const head: KeyframeLine = {
      keyframe: namespace,
      epoch,
      seq,
      documents: documents.length,
      producers: producers.length,
    };
    yield formatLine(head);
    for (const document of documents) yield formatLine({ document: document() } satisfies DocumentLine);
    for (const [producer, state] of producers) yield formatLine({ producer, ...state } satisfies ProducerLine);
  }
}
