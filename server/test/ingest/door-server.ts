import { randomBytes } from 'node:crypto';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { FeedControls } from '../../src/feeds/controls.ts';
import { EventStreams } from '../../src/http/event-streams.ts';
import { createHttpApp } from '../../src/http/http-app.ts';
import { createHttpServer, listen } from '../../src/http/http-server.ts';
import { Board } from '../../src/hub/board.ts';
import { Door } from '../../src/ingest/door.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { systemDisk } from '../../src/journal/disk.ts';
import { Metrics } from '../../src/metrics.ts';
import { OperatorToken } from '../../src/security/operator-token.ts';
import { ProducerTokens } from '../../src/security/producer-tokens.ts';
import { systemClock } from '../../src/clock.ts';
import { createIoServer } from '../../src/socket/io-server.ts';
import { Realtime } from '../../src/socket/realtime.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { emptyLogs, type NamespaceLogs } from '../../src/store/namespace-log.ts';
import type { AppendedBatch, Store } from '../../src/store/store.ts';
import { fastClock } from '../support/fast-clock.ts';
import { LogLines } from '../support/log-lines.ts';

/** Everything that is refused for being too often may come so many times as often. */
const HASTE = 20;

const settings = (dataDir: string) => ({
  dataDir,
  retention: { bytes: 2 ** 31, ms: 86_400_000 },
  skipCorrupt: false,
  newEpoch: () => randomBytes(9).toString('base64url'),
});

/** Both doors on a store that can be looked into, and whose every batch is kept. */
export class DoorServer implements AsyncDisposable {
  readonly url: string;
  readonly store: Store;
  readonly log: LogLines;
  readonly written: AppendedBatch[];
  readonly #stop: () => Promise<void>;

  private constructor(url: string, store: Store, log: LogLines, written: AppendedBatch[], stop: () => Promise<void>) {
    this.url = url;
    this.store = store;
    this.log = log;
    this.written = written;
    this.#stop = stop;
  }

  /** @param dataDir where the journal is kept; in memory when left out */
  static async start(tokenFile: string, dataDir?: string): Promise<DoorServer> {
    const clock = fastClock(HASTE);
    const log = new LogLines();
    const metrics = new Metrics();
    const opened =
      dataDir === undefined
        ? undefined
        : await openJournal(settings(dataDir), systemDisk, clock, log, metrics.journal(log));
    const store = new MemoryStore(
      clock,
      opened?.logs ?? emptyLogs(() => randomBytes(9).toString('base64url')),
      opened?.journal,
    );
    const written: AppendedBatch[] = [];
    store.onAppended((batch) => written.push(batch));
    const boards = new Map<ViewerNamespace, Board>();
    for (const namespace of VIEWER_NAMESPACES) {
      const board = new Board(namespace, await store.load(namespace), store, clock, 10, metrics.observe(namespace));
      boards.set(namespace, board);
      board.start();
    }
    const tokens = new ProducerTokens(tokenFile, [], clock, log);
    await tokens.start();
    const door = new Door({ boards, store, extraKinds: ['sensor'], clock, log, instance: 'this instance' });
    const readiness = () => ({ isReady: true, degraded: [] });
    const http = createHttpServer(
      createHttpApp({
        boards,
        door,
        streams: new EventStreams(),
        tokens,
        readiness,
        metrics,
        clock,
        log,
        webRoot: '/nowhere',
      }),
    );
    const status = { current: () => ({ at: 0, instances: [] }), onTold: () => undefined };
    const others = {
      controls: new FeedControls([], 'this instance'),
      operatorToken: new OperatorToken(undefined),
      status,
    };
    const io = createIoServer({
      allowedOrigins: [],
      transports: ['websocket'],
      clock: systemClock,
      isDraining: () => false,
    });
    const realtime = new Realtime(io, http, boards, { door, tokens, ...others }, clock, log);
    const url = await listen(http, '127.0.0.1', 0);
    return new DoorServer(url, store, log, written, async () => {
      tokens.stop();
      await door.close();
      const closed = new Promise<void>((done) => http.close(() => done()));
      realtime.stop();
      http.closeAllConnections();
      await closed;
      for (const board of boards.values()) board.stop();
      await store.close();
    });
  }

  /** What a server finds that starts on the same folder. */
  static async readBack(dataDir: string): Promise<NamespaceLogs> {
    const log = new LogLines();
    const { logs, journal } = await openJournal(
      settings(dataDir),
      systemDisk,
      fastClock(1),
      log,
      new Metrics().journal(log),
    );
    await journal.close();
    return logs;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
