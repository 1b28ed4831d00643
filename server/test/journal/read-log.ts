import { isDeepStrictEqual } from 'node:util';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';

export interface Row {
  readonly update: Update;
  readonly producer: string;
  readonly id: number | undefined;
}

/**
 * The log as the files of a journal tell it, read apart from the code that writes and reads them.
 * @param segments the text of each, in their order
 * @throws Error when two of them disagree, or when a number is missing
 */
export function readLog(segments: Iterable<string>, namespace: ViewerNamespace): Row[] {
  const log: Row[] = [];
  for (const text of segments) {
    let batch: { batch: string; producer: string } | undefined;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const record = JSON.parse(line) as Record<string, unknown>;
      if ('batch' in record) batch = record as unknown as typeof batch;
      else if ('seq' in record && 'topic' in record && batch?.batch === namespace) {
        const {
          seq,
          id,
          crc: _crc,
          topic,
          ...rest
        } = record as unknown as Update & { seq: number; id?: number; crc: 0 };
        const update = { topic: topic.slice(namespace.length + 1), ...rest };
        const before = log[seq - 1];
        if (before !== undefined && !isDeepStrictEqual(before.update, update)) {
          throw new Error(`seq ${seq} of ${namespace} has two contents in the files`);
        }
        log[seq - 1] = { update, producer: batch.producer, id };
      }
    }
  }
  for (let index = 0; index < log.length; index++) {
    if (!(index in log)) throw new Error(`the files of ${namespace} lack seq ${index + 1}`);
  }
  return log;
}
