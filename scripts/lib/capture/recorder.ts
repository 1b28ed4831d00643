import { reachesNamespace } from '@bigboard/shared/producer-token';
import { formatHeader, formatUpdate, type RecordedUpdate, type RecordingHeader } from '@bigboard/shared/recording';
import { VIEWER_NAMESPACES } from '@bigboard/shared/topic';
import { ProgressLine } from '../progress-line.ts';
import { UsageError } from '../usage.ts';
import { NamespaceCapture, type CaptureEvents } from './namespace-capture.ts';
import { RecordingWriter } from './recording-writer.ts';

const PROGRESS_MS = 500;

/** From the snapshot, which is gathered first, to the last line. */
export class Recorder {
  readonly #url: string;
  readonly #licence: string;
  readonly #out: string;
  readonly #captures: readonly NamespaceCapture[];
  readonly #progress = new ProgressLine();
  /** What has come before the snapshot was whole. */
  #snapshot: RecordedUpdate[] | undefined = [];
  #writer: RecordingWriter | undefined;
  #count = 0;
  #stop: (failure?: Error) => void = () => undefined;

  constructor(url: string, patterns: readonly string[], out: string, licence: string) {
    this.#url = url;
    this.#licence = licence;
    this.#out = out;
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
    const stopped = new Promise<Error | undefined>((resolve) => (this.#stop = resolve));
    // Heard for good: a Ctrl-C may come twice, from the terminal and from npm, and the second would cut the file short.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.#stop());
    const timers = [setInterval(() => this.#progress.tell(() => this.#told()), PROGRESS_MS)];
    if (forMs !== undefined) timers.push(setTimeout(() => this.#stop(), forMs));
    const failure = await stopped;
    for (const timer of timers) clearTimeout(timer);
    for (const capture of this.#captures) capture.close();
    if (failure !== undefined) throw failure;
    // Stopped before the snapshot was whole: what there is of it is kept.
    this.#open();
    await this.#writer?.end();
    this.#progress.end(`${this.#told()}, in ${this.#out}`);
    process.stderr.write(`Play it with npm run replay -- ${this.#out}\n`);
  }

  #take(row: RecordedUpdate): void {
    if (this.#snapshot !== undefined) this.#snapshot.push(row);
    else this.#write(row);
  }

  #begin(): void {
    if (this.#captures.every(({ isSettled }) => isSettled)) this.#open();
  }

  #open(): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return;
    this.#snapshot = undefined;
    this.#writer = new RecordingWriter(this.#out);
    void this.#writer.failed.then((failure) => failure && this.#stop(failure));
    const startTimeMs = Date.now();
    this.#writer.write(formatHeader(this.#header(startTimeMs)));
    for (const row of snapshot) this.#write({ ...row, dueMs: startTimeMs });
    this.#progress.end(`recording ${this.#topicCount} topics into ${this.#out}; Ctrl-C ends it`);
  }

  #write(row: RecordedUpdate): void {
    this.#writer?.write(formatUpdate(row));
    this.#count++;
  }

  #header(startTimeMs: number): RecordingHeader {
    const feeds = this.#captures.flatMap((capture) => [...capture.feeds.values()]);
    const titles = [...new Set(feeds.map(({ title }) => title))].join(', ');
    const origins = this.#captures.map(({ namespace, feeds: own }) => {
      const isMadeUp = [...own.values()].every(({ source }) => source === 'simulated');
      return [namespace, own.size > 0 && isMadeUp ? 'simulated' : 'recorded'] as const;
    });
    return {
      bigboard: 1,
      title: titles === '' ? `Captured from ${this.#url}` : `${titles} (captured)`,
      source: titles === '' ? this.#url : `${this.#url}: ${titles}`,
      licence: this.#licence,
      origin: origins.every(([, origin]) => origin === 'simulated') ? 'simulated' : 'recorded',
      origins: Object.fromEntries(origins),
      ...(feeds.some(({ staged }) => staged) ? { staged: true } : {}),
      startTimeMs,
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
