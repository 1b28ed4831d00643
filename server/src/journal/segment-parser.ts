import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { DocumentState } from '@bigboard/shared/topic-document';
import type { Update } from '@bigboard/shared/update';
import type { AppendedBatch, NamespaceState, ProducerState } from '../store/store.ts';
import { LineFault, parseLine } from './line.ts';
import type { BatchLine, HeaderLine, KeyframeLine, ProducerLine, UpdateLine } from './records.ts';

export type NamedProducer = readonly [name: string, state: ProducerState];

/** What a segment is made of, handed over as soon as it is whole. */
export interface SegmentVisitor {
  header(header: HeaderLine): void;
  keyframe(namespace: ViewerNamespace, state: NamespaceState, producers: readonly NamedProducer[]): void;
  batch(batch: AppendedBatch): void;
}

interface OpenKeyframe {
  readonly line: KeyframeLine;
  readonly documents: DocumentState[];
  readonly producers: NamedProducer[];
}

interface OpenBatch {
  readonly line: BatchLine;
  readonly updates: Update[];
  readonly ids: number[];
}

/** Puts the lines of one segment together. Its checksum vouches for a line; only their order is looked at here. */
export class SegmentParser {
  readonly #visitor: SegmentVisitor;
  /** Of the segment's beginning that have not come yet; undefined before the header. */
  #missingKeyframes: number | undefined;
  #hasBatches = false;
  #keyframe: OpenKeyframe | undefined;
  #batch: OpenBatch | undefined;

  constructor(visitor: SegmentVisitor) {
    this.#visitor = visitor;
  }

  /** Nothing has begun that is not whole, and all keyframes are there: what ends here is a segment. */
  get isBetweenRecords(): boolean {
    return this.#missingKeyframes === 0 && this.#keyframe === undefined && this.#batch === undefined;
  }

  get hasBatches(): boolean {
    return this.#hasBatches;
  }

  /** @throws LineFault when the line was not written like this, or does not belong here */
  push(bytes: Buffer): void {
    const line = parseLine(bytes);
    if (this.#missingKeyframes === undefined) this.#takeHeader(line);
    else if (this.#batch !== undefined) this.#takeUpdate(this.#batch, line);
    else if (this.#keyframe !== undefined) this.#takePart(this.#keyframe, line);
    else if ('keyframe' in line) this.#open({ line: line as unknown as KeyframeLine, documents: [], producers: [] });
    else if (this.#missingKeyframes > 0) throw new LineFault('a keyframe is missing');
    else if ('batch' in line) this.#begin({ line: line as unknown as BatchLine, updates: [], ids: [] });
    else throw new LineFault('neither a keyframe nor a batch');
  }

  /** Forgets what is not whole: what follows begins anew. */
  skip(): void {
    this.#missingKeyframes = 0;
    this.#keyframe = undefined;
    this.#batch = undefined;
  }

  #takeHeader(line: Record<string, unknown>): void {
    if (!('journal' in line)) throw new LineFault('not the header of a journal');
    const header = line as unknown as HeaderLine;
    this.#missingKeyframes = header.journal.keyframes;
    this.#visitor.header(header);
  }

  #open(keyframe: OpenKeyframe): void {
    this.#keyframe = keyframe;
    this.#closeWhole(keyframe);
  }

  #takePart(keyframe: OpenKeyframe, line: Record<string, unknown>): void {
    if ('document' in line) keyframe.documents.push(line['document'] as DocumentState);
    else if ('producer' in line && !('batch' in line))
      keyframe.producers.push(readProducer(line as unknown as ProducerLine));
    else throw new LineFault('part of a keyframe is missing');
    this.#closeWhole(keyframe);
  }

  #closeWhole({ line, documents, producers }: OpenKeyframe): void {
    if (documents.length < line.documents || producers.length < line.producers) return;
    this.#keyframe = undefined;
    this.#missingKeyframes = Math.max(0, (this.#missingKeyframes ?? 0) - 1);
    this.#visitor.keyframe(line.keyframe, { epoch: line.epoch, seq: line.seq, documents }, producers);
  }

  #begin(batch: OpenBatch): void {
    this.#hasBatches = true;
    this.#batch = batch;
    this.#endWhole(batch);
  }

  #takeUpdate(batch: OpenBatch, line: Record<string, unknown>): void {
    const { seq, id, crc: _crc, topic, ...rest } = line as unknown as UpdateLine & { readonly crc: string };
    if (seq !== batch.line.from + 1 + batch.updates.length) throw new LineFault('an update of the batch is missing');
    batch.updates.push({ topic: topic.slice(batch.line.batch.length + 1), ...rest });
    if (id !== undefined) batch.ids.push(id);
    this.#endWhole(batch);
  }

  #endWhole({ line, updates, ids }: OpenBatch): void {
    const { batch: namespace, epoch, from, to, producer, lastId, acceptedAtMs, checkpoint } = line;
    if (updates.length < to - from) return;
    this.#batch = undefined;
    this.#visitor.batch({
      namespace,
      epoch,
      producer,
      from,
      to,
      updates,
      acceptedAtMs,
      ...(lastId === undefined ? {} : { ids, lastId }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    });
  }
}

function readProducer({ producer, lastId, checkpoint }: ProducerLine): NamedProducer {
  return [producer, checkpoint === undefined ? { lastId } : { lastId, checkpoint }];
}
