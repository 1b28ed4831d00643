import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * What was done and seen in a run, as those who did and saw it wrote it down. `t` is milliseconds since the run began, on a
 * clock that all processes of the machine share.
 */
export type HistoryRecord =
  Sent | Acked | AskedAgain | Refused | FaultBegan | FaultEnded | ProcessEnded | ReaderRecord | HttpDocument;

/** Rows `from` to `to` of a producer left for the first time, to this instance. */
export interface Sent {
  readonly k: 'sent';
  readonly t: number;
  readonly producer: string;
  readonly from: number;
  readonly to: number;
  readonly at: string;
}

/** All rows of a producer up to `to` were acknowledged, by this instance. */
export interface Acked {
  readonly k: 'acked';
  readonly t: number;
  readonly producer: string;
  readonly to: number;
  readonly at: string;
}

/** The board asked for rows that it had acknowledged: it no longer had them. */
export interface AskedAgain {
  readonly k: 'asked-again';
  readonly t: number;
  readonly producer: string;
  readonly from: number;
  readonly to: number;
}

/** The board did not take a batch, or did not answer (`code` is then `no answer`). */
export interface Refused {
  readonly k: 'refused';
  readonly t: number;
  readonly producer: string;
  readonly code: string;
  readonly at: string;
}

export const FAULTS = [
  ...['kill', 'kill-leader', 'kill-all', 'pause', 'pause-leader'],
  ...['redis-restart', 'redis-hang', 'redis-wipe', 'redis-older', 'cut-command', 'cut-subscriber', 'blackhole'],
  ...['cut-clients', 'slow-clients'],
] as const satisfies readonly string[];
export type FaultKind = (typeof FAULTS)[number];

export interface FaultBegan {
  readonly k: 'fault';
  readonly t: number;
  readonly kind: FaultKind;
  /** Instances it befell; empty when it was Redis itself. */
  readonly targets: readonly string[];
  /** Of an older copy of Redis: when it was made. */
  readonly copiedT?: number;
}

export interface FaultEnded {
  readonly k: 'healed';
  readonly t: number;
  readonly kind: FaultKind;
  readonly targets: readonly string[];
}

export interface ProcessEnded {
  readonly k: 'ended';
  readonly t: number;
  readonly instance: string;
  readonly how: string;
  /** It was killed, or told to stop. */
  readonly isMeant: boolean;
}

export type ReaderRecord = Opened | Closed | Live | Changed | Odd | Final;

interface OfReader {
  readonly t: number;
  /** The number of the reader. */
  readonly r: number;
}

export interface Opened extends OfReader {
  readonly k: 'open';
  readonly at: string;
}

export interface Closed extends OfReader {
  readonly k: 'close';
  readonly why: string;
}

/** For the first time since the connection was opened it holds all its topics, complete and without a gap. */
export interface Live extends OfReader {
  readonly k: 'live';
}

/** A number of an entry and what it says. */
export type SeenEntry = readonly [n: number, content: string];

/** The replica showed something else of a topic. */
export interface Changed extends OfReader {
  readonly k: 'change';
  readonly topic: string;
  readonly epoch: string;
  /** Of the document. */
  readonly seq: number;
  readonly full: 0 | 1 | 2;
  /** Checksum of its state. */
  readonly sum: number;
  /** Number of its newest entry. */
  readonly last: number;
  /** Entries that were news. */
  readonly news: readonly SeenEntry[];
  /** Of a full one: all entries it has. */
  readonly log?: readonly SeenEntry[];
  readonly removed?: true;
}

/** What the replica met and put right, since the last such record. */
export interface Odd extends OfReader {
  readonly k: 'odd';
  readonly gaps: number;
  readonly mismatches: number;
  readonly failures: number;
}

/** A topic as it stands when all is over. */
export interface FinalDocument {
  readonly topic: string;
  readonly epoch: string;
  readonly last: number;
  /** Newest id of each producer. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly log: readonly SeenEntry[];
}

export interface Final extends OfReader, FinalDocument {
  readonly k: 'final';
}

export interface HttpDocument extends FinalDocument {
  readonly k: 'http';
  readonly t: number;
  readonly at: string;
}

/** Milliseconds of a clock that all processes of this machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A file of history, a record a line. */
export class HistoryFile {
  readonly #stream: WriteStream;
  #lines: string[] = [];

  constructor(file: string) {
    this.#stream = createWriteStream(file);
  }

  write(record: HistoryRecord): void {
    this.#lines.push(JSON.stringify(record));
    if (this.#lines.length >= 500) this.#flush();
  }

  async close(): Promise<void> {
    this.#flush();
    await new Promise<void>((resolve, reject) => {
      this.#stream.once('error', reject);
      this.#stream.end(resolve);
    });
  }

  #flush(): void {
    if (this.#lines.length > 0) this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}

export async function* readHistory(file: string): AsyncGenerator<HistoryRecord> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line !== '') yield JSON.parse(line) as HistoryRecord;
  }
}
