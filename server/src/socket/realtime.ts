import type { Server as HttpServer } from 'node:http';
import { LIMITS } from '@bigboard/shared/limits';
import { RequestError } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import { Server, type Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { FeedControls } from '../feeds/controls.ts';
import type { Door } from '../ingest/door.ts';
import type { Logger } from '../logger.ts';
import { isOriginAllowed } from '../security/origin.ts';
import type { OperatorToken } from '../security/operator-token.ts';
import type { ProducerTokens } from '../security/producer-tokens.ts';
import { Connection, type EngineSocket } from './connection.ts';
import { authoriseProducer, serveProducers } from './ingest-namespace.ts';
import { authoriseOperator, serveOperators } from './ops-namespace.ts';
import { Turns } from './turns.ts';
import { serveViewers } from './viewer-namespace.ts';
import { BoundedWebSocketServer } from './ws-engine.ts';

/** Readers told to leave come back spread over this time, so that no other instance meets all of them at once. */
const DRAIN_SPREAD_MS = 5_000;
const DRAIN_NOTICE_MS = 100;

const INGEST = '/ingest';
const OPS = '/ops';

export interface RealtimeOptions {
  readonly door: Door;
  readonly tokens: ProducerTokens;
  readonly controls: FeedControls;
  readonly operatorToken: OperatorToken;
  readonly allowedOrigins: readonly string[];
  /** 0 to 1; spreads the return of readers at a drain. */
  readonly random: () => number;
}

/** The Socket.IO side of the server: who may connect, which namespaces there are, and an orderly end. */
export class Realtime {
  readonly #io: Server;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #connections = new Map<EngineSocket, Connection>();

  constructor(
    http: HttpServer,
    boards: ReadonlyMap<ViewerNamespace, Board>,
    { allowedOrigins, random, door, tokens, controls, operatorToken }: RealtimeOptions,
    clock: Clock,
    log: Logger,
  ) {
    this.#clock = clock;
    this.#random = random;
    const turns = new Turns(clock);
    this.#io = new Server(http, {
      transports: ['websocket'],
      allowUpgrades: false,
      allowEIO3: false,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      wsEngine: BoundedWebSocketServer,
      // Of producers; a Connection closes over a viewer's large packet before it is parsed.
      maxHttpBufferSize: LIMITS.producerPacketBytes,
      connectTimeout: 5_000,
      destroyUpgrade: false,
      pingInterval: 10_000,
      pingTimeout: 5_000,
      allowRequest: ({ headers }, answer) => {
        const isAllowed = isOriginAllowed(headers.origin, headers.host, allowedOrigins);
        answer(isAllowed ? null : 'this origin may not connect', isAllowed);
      },
    });
    // Engine.IO would only half-close an upgrade to another path, and a peer that keeps its half open would stay for good.
    http.on('upgrade', ({ url }, socket) => {
      if (!url?.startsWith(`${this.#io.path()}/`)) socket.destroy();
    });
    this.#io.engine.on('connection', (engine: EngineSocket) => {
      this.#connections.set(engine, new Connection(engine, clock, turns));
      engine.once('close', () => this.#connections.delete(engine));
    });
    this.#io.use((_socket, next) =>
      next(connectError(new RequestError('unknown_namespace', 'connect to /markets, /sports, /ingest or /ops'))),
    );
    const connectionOf = (socket: Socket) => this.#connectionOf(socket);
    for (const name of VIEWER_NAMESPACES) {
      const namespace = this.#io.of(`/${name}`);
      namespace.use((socket, next) => enter(socket, connectionOf, next));
      serveViewers(namespace, boards.get(name) as Board, connectionOf, clock, log);
    }
    const ingest = this.#io.of(INGEST);
    ingest.use((socket, next) => enter(socket, connectionOf, next, () => authoriseProducer(socket, tokens)));
    serveProducers(ingest, door, tokens, connectionOf, clock, log);
    const ops = this.#io.of(OPS);
    ops.use((socket, next) => enter(socket, connectionOf, next, () => authoriseOperator(socket, operatorToken)));
    serveOperators(ops, controls, connectionOf, log);
  }

  /** Tells every reader to come back at its own time, then closes each connection. */
  async stop(): Promise<void> {
    for (const namespace of [...VIEWER_NAMESPACES.map((name) => `/${name}`), INGEST, OPS]) {
      for (const socket of this.#io.of(namespace).sockets.values()) {
        const retryInMs = Math.round(this.#random() * DRAIN_SPREAD_MS);
        const notice: Notice = { code: 'draining', message: 'this instance stops', retryInMs };
        socket.emit('notice', notice);
      }
    }
    if (this.#connections.size > 0) await new Promise<void>((done) => this.#clock.after(DRAIN_NOTICE_MS, done));
    for (const connection of [...this.#connections.values()]) connection.close('draining');
    // Not waited for: it ends with the HTTP server, which an open event stream keeps from ending until it is cut.
    void this.#io.close();
  }

  #connectionOf(socket: Socket): Connection {
    const connection = this.#connections.get(socket.conn);
    if (connection === undefined) throw new RequestError('unavailable', 'the connection is closing');
    return connection;
  }
}

/** Lets a socket into a namespace, each connection once. @param authorise throws a RequestError if it may not come in */
function enter(
  socket: Socket,
  connectionOf: (socket: Socket) => Connection,
  next: (error?: Error) => void,
  authorise?: () => void,
): void {
  try {
    authorise?.();
    if (connectionOf(socket).enter(socket.nsp.name)) return next();
    throw new RequestError('already_connected', 'the connection is in this namespace already');
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    next(connectError(error));
  }
}

/** A refused CONNECT: Socket.IO hands `data` to the client as `err.data`. */
function connectError(refused: RequestError): Error {
  return Object.assign(new Error(refused.message), { data: refused.toRefusal() });
}
