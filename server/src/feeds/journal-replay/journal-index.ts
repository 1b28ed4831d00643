import { createHash } from 'node:crypto';
import { feedStatusSchema } from '@bigboard/shared/directory';
import type { RecordedFeed } from '@bigboard/shared/feed-labels';
import { RecordingError } from '@bigboard/shared/recording';
import type { DocumentState } from '@bigboard/shared/topic-document';
import { parseQualifiedTopic, parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import { systemDisk, type DiskFile, type StoredFile } from '../../journal/disk.ts';
import { LineFault, parseLine } from '../../journal/line.ts';
import { readLines, type FileLine } from '../../journal/lines.ts';
import { isSynced } from '../../journal/read-segment.ts';
import { JOURNAL_VERSION, type BatchLine, type HeaderLine, type KeyframeLine } from '../../journal/records.ts';
import type { NamedTopic, RecordedTopic } from '../recorded-rows.ts';
import { NumberList } from './number-list.ts';

/** More than a segment is long: where a line stands is then one number, whose whole part of it is the segment. */
export const SEGMENT_SPAN = 68_719_476_736;

const TOPIC_BEGIN = '{"topic":"';
const TOPIC_LENGTH_MAX = 160;
const RESET = '"reset":true';

/** A batch as its lines are gone through. */
interface OpenBatch {
  readonly line: BatchLine;
  seq: number;
  readonly rows: { readonly place: number; readonly topic: NamedTopic; readonly isReset: boolean }[];
}

/**
 * Where the updates of a journal stand that a replay has to play: each once, though segments may overlap. Left out are what
 * derivers wrote, as they do it again, and what feeds said of themselves. Only heads of batches are parsed on the way.
 */
export class JournalIndex {
  readonly places = new NumberList();
  /** When each was accepted. */
  readonly times = new NumberList();
  /** Each with the index of its first update. */
  readonly topics = new Map<string, RecordedTopic>();
  /** Which of the updates resets a topic first: its entries are numbered anew from there on. */
  readonly firstResets = new Map<string, number>();
  /** What was there before the first batch. */
  readonly documents: { readonly namespace: ViewerNamespace; readonly state: DocumentState }[] = [];
  /** Of each namespace by their topics, as they were last, and where they stood at first. */
  readonly #feeds: Readonly<Record<ViewerNamespace, Map<string, RecordedFeed>>> = {
    markets: new Map(),
    sports: new Map(),
  };
  beganAtMs = 0;
  readonly #hash = createHash('sha256');
  readonly #newest = new Map<ViewerNamespace, { epoch: string; seq: number }>();
  #batch: OpenBatch | undefined;
  /** Lines of a keyframe that follow; its documents are taken when it is the first of its namespace. */
  #documentsLeft = 0;
  #producersLeft = 0;
  #skipLeft = 0;
  #keyframe: ViewerNamespace | undefined;

  private constructor() {}

  /**
   * Reads a megabyte a turn: of a gigabyte all else would wait for ten seconds.
   * @throws RecordingError when a segment is none
   */
  static async read(
    segments: readonly StoredFile[],
    onProgress: (bytes: number, totalBytes: number) => void,
  ): Promise<JournalIndex> {
    const journal = new JournalIndex();
    const totalBytes = segments.reduce((sum, { bytes }) => sum + bytes, 0);
    let readBytes = 0;
    for (const [index, { path, bytes }] of segments.entries()) {
      const file = await systemDisk.open(path, 'read');
      try {
        const isNewest = index === segments.length - 1;
        await journal.#read(file, index, isNewest, (end) => onProgress(readBytes + end, totalBytes));
      } finally {
        await file.close();
      }
      readBytes += bytes;
    }
    return journal;
  }

  get fingerprint(): string {
    return this.#hash.copy().digest('base64url');
  }

  get feeds(): Readonly<Record<ViewerNamespace, readonly RecordedFeed[]>> {
    return { markets: [...this.#feeds.markets.values()], sports: [...this.#feeds.sports.values()] };
  }

  async #read(file: DiskFile, index: number, isNewest: boolean, onProgress: (end: number) => void): Promise<void> {
    let number = 0;
    let torn: RecordingError | undefined;
    this.#batch = undefined;
    this.#documentsLeft = this.#skipLeft = 0;
    for await (const lines of readLines(file)) {
      for (const line of lines) {
        // What follows the last line's end was cut short, or is being written.
        if (!line.isEnded) continue;
        number++;
        if (torn !== undefined) {
          if (isSynced(line)) throw torn;
          continue;
        }
        const fault = this.#takeLine(line, number, index);
        if (fault === undefined) continue;
        // As a server does that finds it: at the end of the newest, a hole of zeros is what a power cut leaves of a write.
        if (!isNewest || number === 1 || !line.bytes.includes(0)) throw fault;
        torn = fault;
      }
      onProgress(lines.at(-1)?.end ?? 0);
    }
  }

  #takeLine(line: FileLine, number: number, index: number): RecordingError | undefined {
    try {
      if (line.bytes.includes(0)) throw new LineFault('zeros are in it');
      if (number === 1) this.#takeHeader(line.bytes, index);
      else this.#take(line, index);
      return undefined;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      return new RecordingError(number, `segment ${index + 1} of the journal: ${error.message}`);
    }
  }

  #takeHeader(bytes: Buffer, index: number): void {
    const { journal } = parseLine(bytes) as unknown as HeaderLine;
    if (journal?.version !== JOURNAL_VERSION) throw new LineFault('not the header of a journal');
    if (index === 0) this.beganAtMs = journal.beganAtMs;
    this.#hash.update(bytes);
  }

  #take(line: FileLine, index: number): void {
    if (this.#skipLeft > 0) this.#skipLeft--;
    else if (this.#documentsLeft > 0) this.#takeDocument(line.bytes);
    else if (this.#batch !== undefined) this.#takeUpdate(this.#batch, line, index);
    else this.#takeHead(line.bytes);
  }

  #takeHead(bytes: Buffer): void {
    const head = parseLine(bytes) as unknown as KeyframeLine | BatchLine;
    if ('keyframe' in head) {
      const isFirst = !this.#newest.has(head.keyframe);
      if (isFirst) this.#newest.set(head.keyframe, { epoch: head.epoch, seq: head.seq });
      this.#keyframe = head.keyframe;
      this.#documentsLeft = isFirst ? head.documents : 0;
      this.#skipLeft = isFirst ? 0 : head.documents + head.producers;
      this.#producersLeft = isFirst ? head.producers : 0;
      if (isFirst && head.documents === 0) this.#skipLeft = head.producers;
    } else if ('batch' in head) {
      this.#hash.update(bytes);
      this.#batch = { line: head, seq: head.from, rows: [] };
      if (head.to === head.from) this.#endBatch(this.#batch);
    } else {
      throw new LineFault('neither a keyframe nor a batch');
    }
  }

  #takeDocument(bytes: Buffer): void {
    const { document } = parseLine(bytes) as unknown as { readonly document: DocumentState };
    const namespace = this.#keyframe as ViewerNamespace;
    this.documents.push({ namespace, state: document });
    if (parseTopic(document.topic).kind === 'feed')
      this.#noteFeed(
        namespace,
        document.topic,
        Object.fromEntries(document.fields.map(([name, value]) => [name, value])),
      );
    if (--this.#documentsLeft === 0) this.#skipLeft = this.#producersLeft;
  }

  #takeUpdate(batch: OpenBatch, { bytes, offset }: FileLine, index: number): void {
    const { line } = batch;
    const seq = ++batch.seq;
    const newest = this.#newest.get(line.batch);
    const isKnown = newest?.epoch === line.epoch && seq <= newest.seq;
    if (!isKnown && !line.producer.startsWith('derived:')) {
      const topic = topicOf(bytes);
      if (parseTopic(topic.topic).kind === 'feed') this.#noteFeed(line.batch, topic.topic, parseLine(bytes)['fields']);
      else batch.rows.push({ place: index * SEGMENT_SPAN + offset, topic, isReset: this.#isFirstReset(topic, bytes) });
    }
    if (seq === line.to) this.#endBatch(batch);
  }

  #endBatch({ line, rows }: OpenBatch): void {
    this.#batch = undefined;
    const newest = this.#newest.get(line.batch);
    if (newest?.epoch !== line.epoch || newest.seq < line.to) {
      this.#newest.set(line.batch, { epoch: line.epoch, seq: line.to });
    }
    for (const { place, topic, isReset } of rows) {
      const key = keyOf(topic);
      if (isReset && !this.firstResets.has(key)) this.firstResets.set(key, this.places.length);
      if (!this.topics.has(key)) this.topics.set(key, { ...topic, firstIndex: this.places.length });
      this.places.push(place);
      this.times.push(line.acceptedAtMs);
    }
  }

  #isFirstReset(topic: NamedTopic, bytes: Buffer): boolean {
    // An entry may say so of itself, too.
    return !this.firstResets.has(keyOf(topic)) && bytes.includes(RESET) && parseLine(bytes)['reset'] === true;
  }

  /** @param fields as they are told each time: all of them, where null takes one back */
  #noteFeed(namespace: ViewerNamespace, topic: string, fields: unknown): void {
    const told = Object.entries(fields ?? {}).filter(([, value]) => value !== null);
    const status = feedStatusSchema.safeParse(Object.fromEntries(told));
    if (!status.success) return;
    const { lastEventTime, ...feed } = status.data;
    const beganAtMs = this.#feeds[namespace].get(topic)?.beganAtMs ?? lastEventTime;
    this.#feeds[namespace].set(topic, { ...feed, beganAtMs });
  }
}

export function keyOf({ namespace, topic }: NamedTopic): string {
  return `${namespace}/${topic}`;
}

function topicOf(bytes: Buffer): NamedTopic {
  const begin = bytes.toString('latin1', 0, TOPIC_LENGTH_MAX);
  const end = begin.indexOf('"', TOPIC_BEGIN.length);
  const name =
    begin.startsWith(TOPIC_BEGIN) && end > 0 ? begin.slice(TOPIC_BEGIN.length, end) : parseLine(bytes)['topic'];
  const topic = typeof name === 'string' ? parseQualifiedTopic(name) : undefined;
  if (topic === undefined) throw new LineFault('no topic like markets/quote:ACME');
  return topic;
}
