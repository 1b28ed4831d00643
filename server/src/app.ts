import { createServer, type Server as HttpServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createDerivers } from './derive/derivers.ts';
import { runDeriver } from './derive/runner.ts';
import type { Feed } from './feeds/feed.ts';
import { FeedRunner } from './feeds/runner.ts';
import { createHttpApp } from './http/http-app.ts';
import { Board } from './hub/board.ts';
import type { Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { Realtime } from './socket/realtime.ts';
import { MemoryStore } from './store/memory-store.ts';

export interface App {
  readonly url: string;
  /** Refuses newcomers, stops the feeds, sends readers away in good order. Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

export interface AppParts {
  readonly config: Config;
  readonly feeds: readonly Feed[];
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1, for spreading things out; never for data. */
  readonly random: () => number;
  /** Folder of the built page. */
  readonly webRoot: string;
}

/** Puts the parts together, by hand and in the order of one update's way: store, boards, derivers, feeds, doors. */
export async function startApp({ config, feeds, clock, log, random, webRoot }: AppParts): Promise<App> {
  const metrics = new Metrics();
  const store = new MemoryStore(clock, () => randomBytes(9).toString('base64url'));
  const boards = new Map<ViewerNamespace, Board>();
  for (const namespace of VIEWER_NAMESPACES) {
    const state = await store.load(namespace);
    const board = new Board(namespace, state, store, clock, config.flushMs, metrics.observe(namespace));
    boards.set(namespace, board);
    for (const deriver of createDerivers(
      namespace,
      feeds.map(({ name }) => name),
    ))
      runDeriver(deriver, board, store, log);
    board.start();
  }

  const runners = feeds.map((feed) => new FeedRunner(feed, store, clock, log, 'this instance'));
  for (const runner of runners) await runner.start();

  let stopped: Promise<void> | undefined;
  const readiness = () => ({ isReady: stopped === undefined, degraded: degradedFeeds(boards) });
  const http = createServer(HTTP_LIMITS, createHttpApp({ boards, readiness, metrics, clock, log, webRoot }));
  const realtime = new Realtime(http, boards, { allowedOrigins: config.allowedOrigins, random }, clock, log);
  declareGauges(metrics, boards);

  const stopAll = async () => {
    for (const runner of runners) runner.stop();
    const closed = new Promise<void>((done) => http.close(() => done()));
    await realtime.stop();
    http.closeAllConnections();
    await closed;
    for (const board of boards.values()) board.stop();
    await store.close();
  };
  const stop = () => (stopped ??= stopAll());
  try {
    const url = await listen(http, config);
    log.info({ url, store: store.description, feeds: feeds.map(({ name }) => name) }, 'started');
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A peer that sends its request a byte at a time holds a connection no longer than this. Milliseconds and bytes. */
const HTTP_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 8_192,
};

function listen(http: HttpServer, { port, host }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      const { address, family, port: bound } = http.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}

function degradedFeeds(boards: ReadonlyMap<ViewerNamespace, Board>): string[] {
  return [...boards.values()].flatMap((board) =>
    Object.entries(board.feeds())
      .filter(([, { state }]) => state === 'stalled' || state === 'failed')
      .map(([name, { state }]) => `feed ${name}: ${state}`),
  );
}

function declareGauges(metrics: Metrics, boards: ReadonlyMap<ViewerNamespace, Board>): void {
  const each = (read: (board: Board) => number) => () =>
    Object.fromEntries([...boards].map(([namespace, board]) => [namespace, read(board)]));
  metrics.gauge(
    'bigboard_readers',
    'Sockets and streams in the namespace.',
    each((board) => board.audience.readers.size),
  );
  metrics.gauge(
    'bigboard_topics',
    'Topics held.',
    each((board) => board.hub.documents.size),
  );
  metrics.gauge(
    'bigboard_cohorts',
    'Groups of readers that share frames.',
    each((board) => board.audience.cohorts.size),
  );
  metrics.gauge(
    'bigboard_seq',
    'The newest update taken from the log.',
    each((board) => board.hub.seq),
  );
}
