import type { NamespacedUpdate } from '@bigboard/shared/recording';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import type { Update } from '@bigboard/shared/update';
import { startApp, type App } from '../../src/app.ts';
import { systemClock, type Clock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { systemDisk, type Disk } from '../../src/journal/disk.ts';
import type { Feed } from '../../src/feeds/feed.ts';
import { HandFed } from './hand-fed.ts';
import { LogLines } from './log-lines.ts';

export interface RunningBoardOptions {
  /** What viewers find on arrival, as `namespace/topic` and the rest of the update. */
  readonly opening?: readonly NamespacedUpdate[];
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string>>;
  readonly webRoot?: string;
  readonly disk?: Disk;
  /** Besides the one that is fed by hand. */
  readonly feeds?: readonly Feed[];
}

/** A whole server on a free port, fed by hand. Its end fails the test if it logged an error. */
export class RunningBoard implements AsyncDisposable {
  readonly url: string;
  readonly feed: HandFed;
  readonly log: LogLines;
  readonly #app: App;

  private constructor(app: App, feed: HandFed, log: LogLines) {
    this.#app = app;
    this.url = app.url;
    this.feed = feed;
    this.log = log;
  }

  static async start(options: RunningBoardOptions = {}): Promise<RunningBoard> {
    const { clock = systemClock, opening = [], environment = {}, webRoot = '/nowhere', feeds = [] } = options;
    const { disk = systemDisk } = options;
    const config = readConfig({
      PORT: '0',
      FEEDS: 'none',
      DATA_DIR: 'none',
      FLUSH_MS: '10',
      LOG_LEVEL: 'silent',
      ...environment,
    });
    const feed = new HandFed(clock, opening);
    const log = new LogLines();
    const app = await startApp({ config, feeds: [feed, ...feeds], clock, log, random: () => 0.5, webRoot, disk });
    return new RunningBoard(app, feed, log);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  push(namespace: ViewerNamespace, ...updates: readonly Update[]): void {
    this.feed.push(namespace, ...updates);
  }

  /** The topic as `/api/topics` tells it. */
  async snapshot(namespace: ViewerNamespace, topic: string): Promise<HttpSnapshot> {
    const response = await fetch(`${this.url}/api/topics/${namespace}/${topic}`);
    return (await response.json()) as HttpSnapshot;
  }

  stop(): Promise<void> {
    return this.#app.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.stop();
    if (this.log.errors.length > 0) throw new Error('the server logged an error', { cause: this.log.errors[0] });
  }
}

export interface HttpSnapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly topic: string;
  readonly time: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly log: readonly { readonly n: number; readonly time: number; readonly entry: unknown }[];
}

/** Updates of one namespace for an opening. */
export function inNamespace(namespace: ViewerNamespace, ...updates: readonly Update[]): NamespacedUpdate[] {
  return updates.map((update) => ({ namespace, update }));
}
