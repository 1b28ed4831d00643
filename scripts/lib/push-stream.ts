import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import { Producer } from './producer.mjs';
import { bar, ProgressLine } from './progress-line.ts';
import { UsageError } from './usage.ts';

/** A longer wait is told meanwhile. */
const WAIT_MS = 1_000;

export interface StreamedUpdate extends NamespacedUpdate {
  /** Stream time since the start. */
  readonly offsetMs: number;
}

export interface PushOptions {
  readonly url: string;
  readonly token: string;
  /** The board counts what comes under this name. */
  readonly producer: string;
  /** Goes on after what the board has of this producer, instead of pushing all of it. */
  readonly isResumed: boolean;
  /** Stream milliseconds a wall millisecond; 0 is as fast as the board takes it. */
  readonly speed: number;
  /** Of the whole stream; absent when it has no end. */
  readonly durationMs?: number;
}

/**
 * Plays a stream into a running board, each update once however often the connection is lost.
 * @throws UsageError when the board rejected something
 */
export async function pushStream(updates: Iterable<StreamedUpdate>, options: PushOptions): Promise<void> {
  const push = new StreamPush(options);
  const { durationMs, speed } = options;
  const progress = new ProgressLine();
  const beganMs = performance.now();
  let offsetMs = 0;
  const tell = () =>
    progress.tell(() => {
      const far = durationMs === undefined ? `${Math.round(offsetMs / 1_000)} s` : bar(offsetMs / durationMs);
      return `${far}, ${push.told}`;
    });
  try {
    for (const row of updates) {
      offsetMs = row.offsetMs;
      const isNew = await push.isNew(row);
      tell();
      if (!isNew) continue;
      if (speed > 0) await push.waitUntil(beganMs + (offsetMs - push.skippedMs) / speed, tell);
      await push.send(row);
    }
    await push.close();
  } catch (error) {
    push.giveUp();
    throw error;
  }
  progress.end(`${push.told}, in ${((performance.now() - beganMs) / 1_000).toFixed(1)} s`);
  if (push.rejectedCount > 0) throw new UsageError(`the board rejected ${push.rejectedCount}: ${push.firstRejection}`);
}

/** A producer for each namespace of the stream. */
class StreamPush {
  readonly #options: PushOptions;
  readonly #producers = new Map<ViewerNamespace, Producer>();
  readonly #counts = { markets: 0, sports: 0 };
  readonly #known = { markets: 0, sports: 0 };
  #sent = 0;
  #skipped = 0;
  #retries = 0;
  /** Stream time of what was there already, which is not waited for. */
  skippedMs = 0;
  rejectedCount = 0;
  firstRejection = '';

  constructor(options: PushOptions) {
    this.#options = options;
  }

  get told(): string {
    const parts = [`${this.#sent} updates pushed`];
    if (this.#skipped > 0) parts.push(`${this.#skipped} were there already`);
    if (this.#retries > 0) parts.push(`${this.#retries} times sent again`);
    if (this.rejectedCount > 0) parts.push(`${this.rejectedCount} rejected`);
    return parts.join(', ');
  }

  /** Whether the board lacks it. */
  async isNew({ namespace, offsetMs }: StreamedUpdate): Promise<boolean> {
    if (!this.#producers.has(namespace)) {
      const producer = await this.#open(namespace);
      this.#producers.set(namespace, producer);
      this.#known[namespace] = this.#options.isResumed ? producer.lastId : 0;
    }
    if (++this.#counts[namespace] > this.#known[namespace]) return true;
    this.#skipped++;
    this.skippedMs = offsetMs;
    return false;
  }

  async send({ namespace, update }: StreamedUpdate): Promise<void> {
    await this.#producers.get(namespace)?.push(update);
    this.#sent++;
  }

  /** @param atMs as `performance.now()` has it */
  async waitUntil(atMs: number, tell: () => void): Promise<void> {
    for (let leftMs = atMs - performance.now(); leftMs > 0; leftMs = atMs - performance.now()) {
      await new Promise((done) => setTimeout(done, Math.min(leftMs, WAIT_MS)));
      for (const { failure } of this.#producers.values()) if (failure) throw failure;
      tell();
    }
  }

  async close(): Promise<void> {
    for (const producer of this.#producers.values()) await producer.close();
  }

  giveUp(): void {
    for (const producer of this.#producers.values()) producer.giveUp();
  }

  #open(namespace: ViewerNamespace): Promise<Producer> {
    const { url, token, producer } = this.#options;
    return Producer.open({
      url,
      token,
      namespace,
      producer,
      onRejected: ({ code, message }) => {
        this.rejectedCount++;
        this.firstRejection ||= `${code}: ${message}`;
      },
      onRetry: (reason) => {
        if (this.#retries++ === 0) process.stderr.write(`trying again: ${reason}\n`);
      },
    });
  }
}

/** Begins each topic anew with its first update, so that nothing is left over of what the board had under its name. */
export function* resettingFirst(updates: Iterable<StreamedUpdate>): Generator<StreamedUpdate> {
  const begun = new Set<string>();
  for (const row of updates) {
    const key = `${row.namespace}/${row.update.topic}`;
    yield begun.has(key) ? row : { ...row, update: { ...row.update, reset: true } };
    begun.add(key);
  }
}
