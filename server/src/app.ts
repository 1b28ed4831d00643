import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Clock } from './clock.ts';
import { BoardFigures, TurnMeter } from './cluster/figures.ts';
import { StatusTeller } from './cluster/status-teller.ts';
import type { Config } from './config.ts';
import { DERIVERS } from './derive/derivers.ts';
import { deriversLease, LedDerivers } from './derive/led-derivers.ts';
import { drain } from './drain.ts';
import { FeedControls } from './feeds/controls.ts';
import type { Feed } from './feeds/feed.ts';
import { feedLease, LedFeed } from './feeds/led-feed.ts';
import { retireFeeds } from './feeds/retire.ts';
import { SharedControls } from './feeds/shared-controls.ts';
import { EventStreams } from './http/event-streams.ts';
import { createHttpApp } from './http/http-app.ts';
import { createHttpServer, listen } from './http/http-server.ts';
import { Board } from './hub/board.ts';
import { Door } from './ingest/door.ts';
import type { Logger } from './logger.ts';
import type { Disk } from './journal/disk.ts';
import { Metrics } from './metrics.ts';
import { nameInstance, openStore } from './open-store.ts';
import { OperatorToken } from './security/operator-token.ts';
import { ProducerTokens } from './security/producer-tokens.ts';
import { createIoServer } from './socket/io-server.ts';
import { Realtime } from './socket/realtime.ts';
import { StoreError, type Fence, type Store } from './store/store.ts';
import { readVersion } from './version.ts';
import { within } from './within.ts';

/** Longer than this nothing is waited for at the end: what is stored by then is answered, and who is there by then is cut. */
const ANSWERED_MS = 2_000;
const CLOSED_MS = 500;
const ENDED_MS = 1_000;

export interface App {
  readonly url: string;
  /**
   * Refuses newcomers, stops the feeds, answers who pushes, sends readers away in good order, over some seconds when there
   * are many. Resolves when nothing runs any more.
   */
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
  /** Where the journal is, unless nothing is kept. */
  readonly disk: Disk;
  /** Goes on without what is damaged of the journal instead of refusing to start. */
  readonly skipCorrupt?: boolean;
}

/** Puts the parts together, by hand and in the order of one update's way: store, boards, derivers, feeds, doors. */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, feeds, clock, log, random, webRoot, disk, skipCorrupt = false } = parts;
  const metrics = new Metrics();
  let stopped: Promise<void> | undefined;
  const { allowedOrigins, transports, trustedProxies } = config;
  const io = createIoServer({ allowedOrigins, transports, clock, isDraining: () => stopped !== undefined });
  const instance = nameInstance(config);
  const journalObserver = metrics.journal(log);
  const storeParts = { config, clock, log, random, io, disk, skipCorrupt, journalObserver };
  const opened = await openStore(storeParts, instance);
  const { store, leases } = opened;
  const feedNames = feeds.map(({ name }) => name);
  const tokens = new ProducerTokens(config.producerTokens, feedNames, clock, log);
  await tokens.start();

  const boards = new Map<ViewerNamespace, Board>();
  const figures = new Map<ViewerNamespace, BoardFigures>();
  for (const namespace of VIEWER_NAMESPACES) {
    const state = await store.load(namespace);
    const observed = new BoardFigures(metrics.observe(namespace), clock);
    figures.set(namespace, observed);
    const board = new Board(namespace, state, store, clock, config.flushMs, observed);
    boards.set(namespace, board);
    // Live before its derivers: what one of them tells on going on is news to the others and to the board.
    board.start();
    // Who wrote what is read from what the directory has told.
    const retire = async (fence: Fence | undefined) => {
      const isLed = (feed: string) => leases.isHeld(feedLease(feed));
      const suppliers = { running: feedNames, pushing: tokens.names, isLed, clock };
      const documents = [...board.hub.documents.values()];
      const retired = await retireFeeds(store, namespace, documents, suppliers, fence).catch(later(log));
      if (retired.length > 0) log.info({ namespace, feeds: retired }, 'removed what feeds wrote that run no more');
    };
    const derivers = new LedDerivers(DERIVERS[namespace], retire, board, store, clock, log);
    await leases.stand(deriversLease(namespace), derivers);
  }

  const ledFeeds = feeds.map((feed) => new LedFeed(feed, store, clock, log, instance.name));
  for (const led of ledFeeds) await leases.stand(feedLease(led.name), led);

  const door = new Door({ boards, store, extraKinds: config.ownKinds, clock, log, instance: instance.name });

  const readiness = () => ({ isReady: stopped === undefined, degraded: degradations(store, boards) });
  const page = { webRoot, trustedProxies };
  const streams = new EventStreams();
  const app = createHttpApp({ boards, door, streams, tokens, readiness, metrics, clock, log, ...page });
  const http = createHttpServer(app);
  const ownControls = new FeedControls(ledFeeds, instance.name);
  const sharedControls =
    opened.bus === undefined ? undefined : new SharedControls(ownControls, leases, opened.bus, instance.id, clock, log);
  const operatorToken = new OperatorToken(config.operatorToken);
  const turns = new TurnMeter(clock);
  const status: StatusTeller = new StatusTeller({
    self: { ...instance, version: readVersion() },
    boards,
    figures,
    turns,
    store,
    storeStatus: opened.status,
    leases,
    viewers: () => realtime.viewers() + streams.count,
    readiness,
    ...(opened.bus === undefined ? {} : { bus: opened.bus }),
    clock,
  });
  const doors = { door, tokens, controls: sharedControls ?? ownControls, operatorToken, status };
  const realtime = new Realtime(io, http, boards, doors, clock, log);
  for (const board of boards.values()) board.tellWatching(() => status.watching());
  status.start();
  metrics.watch(boards, () => status.watching());

  const stopAll = async () => {
    const closed = new Promise<void>((done) => http.close(() => done()));
    const feedsEnd = leases.release(feedNames.map(feedLease));
    tokens.stop();
    const answered = within(clock, ANSWERED_MS, door.close());
    await drain([...realtime.leavers(), ...streams.leavers()], answered, clock, random);
    await answered;
    realtime.stop();
    http.closeIdleConnections();
    await within(clock, CLOSED_MS, closed);
    http.closeAllConnections();
    await closed;
    await within(clock, ENDED_MS, Promise.all([feedsEnd, leases.release()]));
    sharedControls?.stop();
    status.stop();
    turns.stop();
    for (const board of boards.values()) board.stop();
    await within(clock, ENDED_MS, opened.close());
  };
  const stop = () => (stopped ??= stopAll());
  try {
    const url = await listen(http, config.host, config.port);
    log.info({ url, store: store.description, feeds: feedNames }, 'started');
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A disk that takes nothing now keeps nobody from reading. */
function later(log: Logger): (error: unknown) => never[] {
  return (error) => {
    if (!(error instanceof StoreError) || !error.retryable) throw error;
    log.warn({ err: error }, 'what feeds wrote that run no more is removed at the next start');
    return [];
  };
}

function degradations(store: Store, boards: ReadonlyMap<ViewerNamespace, Board>): string[] {
  const feeds = [...boards.values()].flatMap((board) =>
    Object.entries(board.feeds())
      .filter(([, { state }]) => state === 'stalled' || state === 'failed')
      .map(([name, { state }]) => `feed ${name}: ${state}`),
  );
  // A feed of both namespaces stands in both.
  const reasons = new Set(feeds);
  return store.failure === undefined ? [...reasons] : [`store: ${store.failure}`, ...reasons];
}
