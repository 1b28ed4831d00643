import { formatUpdate } from '@bigboard/shared/recording';
import { parseTopic, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Feed } from '../../src/feeds/feed.ts';
import { LedFeed } from '../../src/feeds/led-feed.ts';
import type { FeedRunner } from '../../src/feeds/runner.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { emptyLogs } from '../../src/store/namespace-log.ts';
import type { AppendedBatch, Batch, ProducerState } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { LogLines } from './log-lines.ts';

const STEP_MS = 50;

/** A store that remembers all its batches in the order they became durable, and can begin with those of before a crash. */
export class KeptStore extends MemoryStore {
  readonly history: AppendedBatch[];
  /** How the process before, or this one, went wrong. */
  spoil: (batch: Batch) => Batch = (batch) => batch;
  spoilProducer: (state: ProducerState) => ProducerState = (state) => state;

  constructor(clock: ManualClock, history: readonly AppendedBatch[]) {
    const logs = emptyLogs(() => 'epoch');
    for (const batch of history) logs.get(batch.namespace)?.apply(batch);
    super(clock, logs);
    this.history = [...history];
  }

  override async append(namespace: ViewerNamespace, batch: Batch): Promise<AppendedBatch> {
    const appended = await super.append(namespace, this.spoil(batch));
    this.history.push(appended);
    return appended;
  }

  override async producer(namespace: ViewerNamespace, name: string): Promise<ProducerState> {
    return this.spoilProducer(await super.producer(namespace, name));
  }
}

/** One life of the process that runs a feed: it begins with what the one before left behind. */
export class FeedLife {
  readonly clock = new ManualClock();
  readonly store: KeptStore;
  readonly log = new LogLines();
  readonly led: LedFeed;

  constructor(feed: Feed, history: readonly AppendedBatch[] = []) {
    this.store = new KeptStore(this.clock, history);
    this.led = new LedFeed(feed, this.store, this.clock, this.log, 'one');
  }

  static async begin(feed: Feed, history: readonly AppendedBatch[] = []): Promise<FeedLife> {
    const life = new FeedLife(feed, history);
    await life.led.lead(undefined);
    return life;
  }

  /** Of a feed that has begun. */
  get runner(): FeedRunner {
    return this.led.runner as FeedRunner;
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(Math.min(STEP_MS, left));
      await turns();
    }
  }

  /** What `feed:NAME` says of itself in a namespace. */
  async status(namespace: ViewerNamespace): Promise<Readonly<Record<string, unknown>>> {
    const { documents } = await this.store.load(namespace);
    const document = documents.find(({ topic }) => topic === `feed:${this.led.name}`);
    const fields = document?.fields.filter(([, value]) => value !== null) ?? [];
    return Object.fromEntries(fields.map(([name, value]) => [name, value]));
  }

  /** Topics of a namespace that are there, without `feed:NAME`. */
  async topics(namespace: ViewerNamespace): Promise<string[]> {
    const { documents } = await this.store.load(namespace);
    return documents
      .filter(({ removed, topic }) => !removed && parseTopic(topic).kind !== 'feed')
      .map(({ topic }) => topic);
  }
}

/** What has been waiting for promises has its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Every update of a namespace as text, in order, but for what the feed said of itself. */
export function linesOf(history: readonly AppendedBatch[], namespace: ViewerNamespace): string[] {
  return history
    .filter((batch) => batch.namespace === namespace)
    .flatMap(({ updates }) => updates)
    .filter(({ topic }) => parseTopic(topic).kind !== 'feed')
    .map((update) => formatUpdate({ namespace, update }));
}
