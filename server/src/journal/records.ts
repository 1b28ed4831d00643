import type { Json } from '@bigboard/shared/json';
import type { Epoch, Seq } from '@bigboard/shared/position';
import type { RecordingHeader } from '@bigboard/shared/recording';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import type { AppendedBatch, ProducerState } from '../store/store.ts';
import { formatLine } from './line.ts';

/**
 * What the lines of a segment say, in the order they stand in it: a header, for each namespace a keyframe with its
 * documents and producers, then batches, each followed by its updates. An update's line is that of a recording.
 */
export const JOURNAL_VERSION = 1;

export interface HeaderLine extends RecordingHeader {
  readonly journal: {
    readonly version: typeof JOURNAL_VERSION;
    readonly segment: number;
    readonly beganAtMs: number;
    /** How many keyframes follow. */
    readonly keyframes: number;
  };
}

/** A namespace as it stood at `seq`; so many lines of documents and of producers follow. */
export interface KeyframeLine {
  readonly keyframe: ViewerNamespace;
  readonly epoch: Epoch;
  readonly seq: Seq;
  readonly documents: number;
  readonly producers: number;
}
export interface DocumentLine {
  readonly document: DocumentState;
}
export interface ProducerLine extends ProducerState {
  readonly producer: string;
}

/** `to - from` lines of updates follow. */
export interface BatchLine {
  readonly batch: ViewerNamespace;
  readonly epoch: Epoch;
  readonly from: Seq;
  readonly to: Seq;
  readonly producer: string;
  readonly lastId?: number;
  readonly acceptedAtMs: number;
  readonly checkpoint?: Json;
  /** All that stands before this line was synced when it was written, so no lost page explains damage there. */
  readonly synced?: true;
}

/** `topic` with its namespace, as in any recording. */
export interface UpdateLine extends Update {
  readonly seq: Seq;
  readonly id?: number;
}

export function formatHeaderLine(segment: number, beganAtMs: number, keyframes: number): string {
  const header: HeaderLine = {
    bigboard: 1,
    title: 'Journal of a Bigboard server',
    source: 'a Bigboard server',
    licence: 'as its sources say',
    origin: 'recorded',
    journal: { version: JOURNAL_VERSION, segment, beganAtMs, keyframes },
  };
  return formatLine(header);
}

/** @param isFirst of what is synced together */
export function formatBatch(batch: AppendedBatch, isFirst: boolean): string {
  const { namespace, epoch, from, to, producer, updates, ids, lastId, acceptedAtMs, checkpoint } = batch;
  const line: BatchLine = {
    batch: namespace,
    epoch,
    from,
    to,
    producer,
    acceptedAtMs,
    ...(lastId === undefined ? {} : { lastId }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(isFirst ? { synced: true } : {}),
  };
  let text = formatLine(line);
  updates.forEach((update, index) => {
    const numbered: UpdateLine = { ...update, topic: `${namespace}/${update.topic}`, seq: from + 1 + index };
    text += formatLine(ids === undefined ? numbered : { ...numbered, id: ids[index] as number });
  });
  return text;
}
