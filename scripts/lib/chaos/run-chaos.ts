import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { formatHeader, formatUpdate } from '@bigboard/shared/recording';
import { Random } from '../random.ts';
import { ChaosCluster } from './chaos-cluster.ts';
import { Checker, type Bounds, type Report } from './check/checker.ts';
import {
  HistoryFile,
  monotonicMs,
  readHistory,
  type FaultKind,
  type HistoryRecord,
  type SeenEntry,
} from './history.ts';
import { Nemesis } from './nemesis.ts';
import { planFaults, type PlannedFault } from './nemesis-plan.ts';
import { NumberedProducer } from './numbered-producer.ts';
import type { ReadersNews, ReadersOrder } from './readers-process.ts';
import { topicOf, topicsOf, updateOf, type RowPlan } from './rows.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly instances: number;
  readonly readers: number;
  readonly rowsPerSecond: number;
  /** Where histories and everything else goes. */
  readonly folder: string;
  readonly redisFile: string;
  readonly bounds: Bounds;
  readonly pauseMs: { readonly least: number; readonly most: number };
  readonly hangMs: { readonly least: number; readonly most: number };
  readonly kinds?: readonly FaultKind[];
  /** What to break, in lanes beside each other, instead of what follows from the seed. */
  readonly lanes?: readonly (readonly PlannedFault[])[];
  /** How long everything may take to come to rest in the end. */
  readonly settleMs?: number;
  /** How long whoever was befallen last has to be seen to come back. */
  readonly quietEndMs?: number;
  /** Which server: the project's folder, or a copy of it with a defect. */
  readonly root?: string;
  /** Ends as soon as something is wrong that can be seen at once. */
  readonly signal?: AbortSignal;
  readonly tell?: (text: string) => void;
}

const PRODUCERS = ['alpha', 'beta', 'gamma'];
const TAPES = 20;
const FEED = 'reel';
const FEED_ROWS_PER_SECOND = 20;
const TOPICS_PER_READER = 4;
const READERS_PER_PROCESS = 150;
const LIVE_MS = 30_000;
const SETTLE_MS = 20_000;

const QUIET_END_MS = 6_000;
const START_TIME_MS = 1_768_309_200_000;

/** One run: a cluster, those who push, those who read, and who breaks it; then the verdict on what they wrote down. */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { folder, bounds } = options;
  await mkdir(folder, { recursive: true });
  const plan: RowPlan = { producers: PRODUCERS, tapes: TAPES, feed: FEED };
  const done = path.join(folder, 'done.ndjson');
  const readerFiles = await new ChaosRun(options, plan).run(done);
  const checker = new Checker(plan, bounds);
  for (const file of [done, ...readerFiles]) {
    for await (const record of readHistory(file)) checker.take(record);
  }
  return checker.finish();
}

class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #plan: RowPlan;
  readonly #beganMs = monotonicMs();
  readonly #processes: ChildProcess[] = [];
  readonly #live = new Map<ChildProcess, number>();
  readonly #feedRows: number;
  readonly #settleMs: number;
  #fault = '';

  constructor(options: ChaosOptions, plan: RowPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#settleMs = options.settleMs ?? SETTLE_MS;
    this.#feedRows = Math.ceil((options.durationMs / 1_000) * FEED_ROWS_PER_SECOND);
  }

  /** @returns the files that the readers wrote */
  async run(doneFile: string): Promise<string[]> {
    const { folder, redisFile, root, instances, seed, rowsPerSecond, signal } = this.#options;
    const history = new HistoryFile(doneFile);
    const log = createWriteStream(path.join(folder, 'instances.log'));
    const write = (record: HistoryRecord) => history.write(record);
    const t = () => Math.round((monotonicMs() - this.#beganMs) * 10) / 10;
    const reel = path.join(folder, `${FEED}.ndjson`);
    await writeFile(reel, this.#recording());
    const cluster = await ChaosCluster.start({
      ...{ folder, instances, redisFile, root, feeds: reel, t, onEnd: write },
      onLine: (instance, line) => {
        log.write(`${t()} ${instance} ${line}\n`);
        if (!/unhandledRejection|uncaughtException/.test(line)) return;
        write({ k: 'ended', t: t(), instance, how: line.slice(0, 300), isMeant: false });
      },
    });
    const files: string[] = [];
    try {
      const producers = PRODUCERS.map((producer, index) => {
        const random = new Random(seed * 100 + index);
        const { token, directTargets: targets } = cluster;
        const common = { plan: this.#plan, beganMs: this.#beganMs, write, token, targets };
        return new NumberedProducer({ ...common, producer, random, rowsPerSecond: rowsPerSecond / PRODUCERS.length });
      });
      for (const producer of producers) producer.start();
      await this.#allTopicsAreThere(cluster);
      files.push(...(await this.#startReaders(cluster)));
      await this.#breakThings(cluster, t, write);
      this.#tell('the end: everything is well, and settles');
      const stopped = await Promise.all(producers.map((producer) => producer.stop(this.#settleMs)));
      if (stopped.includes(false)) this.#tell('not everything was acknowledged in time');
      if (signal?.aborted !== true) await this.#settle(cluster, producers, write, t);
      for (const instance of await cluster.stop()) {
        write({ k: 'ended', t: t(), instance, how: 'not in good order when told to stop', isMeant: false });
      }
    } finally {
      for (const child of this.#processes) child.kill('SIGKILL');
      await cluster.dispose();
      await history.close();
      log.end();
    }
    return files;
  }

  #recording(): string {
    const header = { bigboard: 1, title: 'Reel', source: 'chaos', licence: 'CC0-1.0', origin: 'simulated' } as const;
    const lines = [formatHeader({ ...header, speed: 1 })];
    for (let id = 1; id <= this.#feedRows; id++) {
      const time = START_TIME_MS + Math.round((id * 1_000) / FEED_ROWS_PER_SECOND);
      lines.push(formatUpdate({ namespace: 'markets', update: updateOf(this.#plan, FEED, id, time) }));
    }
    return lines.join('');
  }

  async #allTopicsAreThere(cluster: ChaosCluster): Promise<void> {
    const topics = topicsOf(this.#plan);
    const deadlineMs = performance.now() + LIVE_MS;
    for (const { instance, url } of cluster.directTargets) {
      for (;;) {
        const response = await fetch(`${url}/api/topics?namespace=markets`).catch(() => undefined);
        const { topics: there } = response?.ok
          ? ((await response.json()) as { topics: { topic: string }[] })
          : { topics: [] };
        const names = new Set(there.map(({ topic }) => topic));
        if (topics.every((topic) => names.has(topic))) break;
        if (performance.now() > deadlineMs) throw new Error(`the topics do not appear at instance ${instance}`);
        await wait(200);
      }
    }
  }

  /** Resolves when all are live. */
  async #startReaders(cluster: ChaosCluster): Promise<string[]> {
    const { readers, folder, seed } = this.#options;
    const random = new Random(seed);
    const topics = topicsOf(this.#plan);
    const files: string[] = [];
    for (let first = 0; first < readers; first += READERS_PER_PROCESS) {
      const file = path.join(folder, `readers-${first}.ndjson`);
      const count = Math.min(READERS_PER_PROCESS, readers - first);
      const own = Array.from({ length: count }, () => random.shuffled(topics).slice(0, TOPICS_PER_READER));
      const child = fork(new URL('./readers-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
      child.on('message', ({ live }: ReadersNews) => this.#live.set(child, live));
      const common = { seed, beganMs: this.#beganMs, targets: cluster.readerTargets };
      this.#order(child, { order: 'start', file, topics: own, firstNumber: first, ...common });
      this.#processes.push(child);
      files.push(file);
    }
    const deadlineMs = performance.now() + LIVE_MS;
    while (this.#countLive() < readers) {
      this.#tell(`${this.#countLive()} of ${readers} readers are live`);
      if (performance.now() > deadlineMs)
        throw new Error(`only ${this.#countLive()} of ${readers} readers came to be live`);
      await wait(100);
    }
    return files;
  }

  async #breakThings(cluster: ChaosCluster, t: () => number, write: (record: HistoryRecord) => void): Promise<void> {
    const { seed, durationMs, instances, pauseMs, hangMs, kinds, lanes, signal, readers } = this.#options;
    const planned = lanes ?? [planFaults({ seed, durationMs, instances, pauseMs, hangMs, ...(kinds && { kinds }) })];
    const onFault = (text: string) => (this.#fault = text);
    const nemesis = new Nemesis({ cluster, feed: FEED, random: new Random(seed + 1), t, write, onFault });
    const startedMs = performance.now();
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    signal?.addEventListener('abort', stop);
    const ticking = setInterval(() => {
      const share = Math.min(99, Math.round(((performance.now() - startedMs) / durationMs) * 100));
      this.#tell(`${share} %, ${this.#countLive()} of ${readers} readers are live${this.#fault && `, ${this.#fault}`}`);
    }, 200);
    try {
      await Promise.all(planned.map((faults) => nemesis.run(faults, stopping.signal)));
      const leftMs = Math.max(this.#options.quietEndMs ?? QUIET_END_MS, durationMs - (performance.now() - startedMs));
      await wait(leftMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    } finally {
      clearInterval(ticking);
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Everyone has to come to have everything; then it is written down what each has. */
  async #settle(
    cluster: ChaosCluster,
    producers: readonly NumberedProducer[],
    write: (record: HistoryRecord) => void,
    t: () => number,
  ): Promise<void> {
    const lasts = new Map<string, number>();
    const count = (producer: string, to: number) => {
      for (let id = 1; id <= to; id++) {
        const topic = topicOf(this.#plan, producer, id);
        lasts.set(topic, (lasts.get(topic) ?? 0) + 1);
      }
    };
    PRODUCERS.forEach((producer, index) => count(producer, producers[index]?.ackedId ?? 0));
    count(FEED, this.#feedRows);
    const order: ReadersOrder = { order: 'finish', lasts: Object.fromEntries(lasts), withinMs: this.#settleMs };
    await this.#feedHasEnded(cluster, lasts);
    const ended = this.#processes.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.#processes) this.#order(child, order);
    await Promise.all(ended);
    for (const { instance, url } of cluster.directTargets) {
      for (const topic of topicsOf(this.#plan)) {
        const document = await readDocument(url, topic);
        if (document !== undefined) write({ k: 'http', t: t(), at: instance, topic, ...document });
      }
    }
  }

  /** It plays on for as long as it could not play before. */
  async #feedHasEnded(cluster: ChaosCluster, lasts: ReadonlyMap<string, number>): Promise<void> {
    const topic = topicOf(this.#plan, FEED, this.#feedRows);
    const url = cluster.directTargets[0]?.url ?? '';
    let last = 0;
    for (let movedAtMs = performance.now(); performance.now() - movedAtMs < this.#settleMs; await wait(500)) {
      const now = (await readDocument(url, topic))?.last ?? 0;
      if (now > last) movedAtMs = performance.now();
      last = now;
      if (last >= (lasts.get(topic) ?? 0)) return;
      this.#tell(`the end: ${last} of ${lasts.get(topic)} rows of the feed are played`);
    }
  }

  #countLive(): number {
    return [...this.#live.values()].reduce((sum, live) => sum + live, 0);
  }

  #order(child: ChildProcess, order: ReadersOrder): void {
    child.send(order);
  }

  #tell(text: string): void {
    this.#options.tell?.(text);
  }
}

async function readDocument(url: string, topic: string) {
  const response = await fetch(`${url}/api/topics/markets/${topic}`).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const { epoch, fields, log } = (await response.json()) as {
    readonly epoch: string;
    readonly fields: Record<string, unknown>;
    readonly log: readonly { readonly n: number; readonly entry: unknown }[];
  };
  const entries = log.map(({ n, entry }): SeenEntry => [n, typeof entry === 'string' ? entry : JSON.stringify(entry)]);
  return { epoch, fields, log: entries, last: log.at(-1)?.n ?? 0 };
}
