import { joinTitles, labelFeeds } from '@bigboard/shared/feed-labels';
import { isInScope, reachesNamespace } from '@bigboard/shared/producer-token';
import { formatHeader, formatUpdate, type RecordedUpdate, type RecordingHeader } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { ProgressLine } from '../progress-line.ts';
import { UsageError } from '../usage.ts';
import { NamespaceCapture, type CaptureEvents } from './namespace-capture.ts';
import { RecordingWriter } from './recording-writer.ts';

const PROGRESS_MS = 500;
/** So much at most is missing from the file of a recorder that was killed. */
const KEEP_MS = 2_000;

export interface RecorderOptions {
  /** Of the board. */
  readonly url: string;
  readonly patterns: readonly string[];
  readonly out: string;
  readonly licence: string;
  /** A file of that name is overwritten. */
  readonly isForced: boolean;
}

/** From the snapshot, which is gathered first, to the last line. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #captures: readonly NamespaceCapture[];
  readonly #progress = new ProgressLine();
  /** What has come before the snapshot was whole. */
  #snapshot: RecordedUpdate[] | undefined = [];
  #writer: RecordingWriter | undefined;
  /** All that was there at first has been seen. */
  #isComplete = false;
  #startTimeMs = 0;
  #headerLine = '';
  #count = 0;
  #stop: (failure?: Error) => void = () => undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { url, patterns } = options;
    const events: CaptureEvents = {
      rows: (namespace, updates) => {
        const dueMs = Date.now();
        for (const update of updates) this.#take({ namespace, update, dueMs });
      },
      settled: () => this.#begin(),
      lost: (reason, wasConnected) => {
        if (!wasConnected && this.#snapshot !== undefined) this.#stop(new UsageError(`no board at ${url}: ${reason}`));
      },
    };
    this.#captures = VIEWER_NAMESPACES.filter((namespace) => reachesNamespace(patterns, namespace)).map(
      (namespace) => new NamespaceCapture(url, namespace, patterns, events),
    );
  }

  /** @param forMs without it, until Ctrl-C */
  async run(forMs: number | undefined): Promise<void> {
    const { out } = this.#options;
    const stopped = new Promise<Error | undefined>((resolve) => (this.#stop = resolve));
    // Heard for good: a Ctrl-C may come twice, from the terminal and from npm, and the second would cut the file short.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#stop());
    const timers = [
      setInterval(() => this.#progress.tell(() => this.#told()), PROGRESS_MS),
      setInterval(() => this.#keep(), KEEP_MS),
    ];
    if (forMs !== undefined) timers.push(setTimeout(() => this.#stop(), forMs));
    const failure = await stopped;
    for (const timer of timers) clearTimeout(timer);
    for (const capture of this.#captures) capture.close();
    if (failure !== undefined) throw failure;
    // Stopped before the snapshot was whole: what there is of it is kept.
    this.#open();
    this.#progress.clear();
    if (this.#writer === undefined) throw new UsageError('nothing was captured, so there is no file');
    this.#writeHeader();
    await this.#writer.end();
    this.#progress.end(`${this.#told()}, in ${out}`);
    process.stderr.write(`Play it with npm run replay -- ${out}\n`);
  }

  #take(row: RecordedUpdate): void {
    if (this.#snapshot !== undefined) this.#snapshot.push(row);
    else this.#write(row);
  }

  #begin(): void {
    if (!this.#captures.every(({ isSettled }) => isSettled)) return;
    if (!this.#isComplete) this.#nameMisfits();
    this.#isComplete = true;
    this.#open();
  }

  #open(): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || snapshot.length === 0) return;
    this.#snapshot = undefined;
    this.#startTimeMs = Date.now();
    this.#writer = new RecordingWriter(this.#options.out, this.#options.isForced);
    void this.#writer.failed.then((failure) => failure && this.#stop(failure));
    this.#writeHeader();
    for (const row of snapshot) this.#write({ ...row, dueMs: this.#startTimeMs });
    this.#progress.end(`recording ${this.#topicCount} topics into ${this.#options.out}; Ctrl-C ends it`);
  }

  #nameMisfits(): void {
    for (const pattern of this.#options.patterns) {
      if (!this.#hasTopicFor(pattern)) this.#progress.end(`nothing on the board fits ${pattern} so far`);
    }
  }

  #hasTopicFor(pattern: string): boolean {
    return this.#captures.some(({ namespace, wantedTopics }) =>
      wantedTopics.some((topic) => isInScope([pattern], namespace, topic)),
    );
  }

  #write(row: RecordedUpdate): void {
    this.#writer?.write(formatUpdate(row));
    this.#count++;
  }

  /** Of a killed recorder this is what is left: all up to now, under a header that knows of it. */
  #keep(): void {
    this.#writeHeader();
    this.#writer?.flush();
  }

  /** Again whenever something else is true of what was captured: what comes later may be of other feeds. */
  #writeHeader(): void {
    const header = formatHeader(this.#header());
    if (header === this.#headerLine) return;
    this.#headerLine = header;
    this.#writer?.write(header);
  }

  #header(): RecordingHeader {
    const { url, licence } = this.#options;
    const feedsIn = (wanted: ViewerNamespace) =>
      this.#captures.find(({ namespace }) => namespace === wanted)?.feeds ?? [];
    const feeds = { markets: feedsIn('markets'), sports: feedsIn('sports') };
    const titles = joinTitles([...feeds.markets, ...feeds.sports]);
    return {
      bigboard: 1,
      title: titles === '' ? `Captured from ${url}` : `${titles} (captured)`,
      source: titles === '' ? url : `${url}: ${titles}`,
      licence,
      ...labelFeeds(feeds, (own) => `${own} (captured)`),
      startTimeMs: this.#startTimeMs,
    };
  }

  get #topicCount(): number {
    return this.#sum(({ topicCount }) => topicCount);
  }

  #sum(of: (capture: NamespaceCapture) => number): number {
    return this.#captures.reduce((total, capture) => total + of(capture), 0);
  }

  #told(): string {
    const parts = [`${this.#count} updates of ${this.#topicCount} topics`];
    if (this.#writer !== undefined) parts.push(`${(this.#writer.bytes / 1_000_000).toFixed(1)} MB`);
    const [losses, lost, wrong] = [
      this.#sum((each) => each.losses),
      this.#sum((each) => each.lostEntries),
      this.#sum((each) => each.mismatches),
    ];
    if (losses > 0) parts.push(`${losses} times disconnected`);
    if (lost > 0) parts.push(`${lost} entries were gone before they were seen`);
    if (wrong > 0) parts.push(`${wrong} copies repaired`);
    return parts.join(', ');
  }
}
