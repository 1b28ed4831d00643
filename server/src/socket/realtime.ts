import type { Server as HttpServer } from 'node:http';
import { RequestError } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import { VIEWER_NAMESPACES, type ViewerNamespace } from '@bigboard/shared/topic';
import type { Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Leaver } from '../drain.ts';
import type { Board } from '../hub/board.ts';
import type { Commands } from '../feeds/commands.ts';
import type { Door } from '../ingest/door.ts';
import type { Logger } from '../logger.ts';
import type { OperatorToken } from '../security/operator-token.ts';
import type { ProducerTokens } from '../security/producer-tokens.ts';
import { Connection, type EngineSocket } from './connection.ts';
import type { IoServer } from './io-server.ts';
import { authoriseProducer, serveProducers } from './ingest-namespace.ts';
import { authoriseOperator, serveOperators, type OpsStatus } from './ops-namespace.ts';
import { Turns } from './turns.ts';
import { serveViewers } from './viewer-namespace.ts';

const INGEST = '/ingest';
const OPS = '/ops';
const VIEWERS = VIEWER_NAMESPACES.map((name) => `/${name}`);
const NAMESPACES = [...VIEWERS, INGEST, OPS];
/** Of one who wants to enter while the connection is about to be closed. */
const DRAIN_RETRY_MS = 1_000;

type Next = (error?: Error) => void;

export interface RealtimeOptions {
  readonly door: Door;
  readonly tokens: ProducerTokens;
  readonly controls: Commands;
  readonly operatorToken: OperatorToken;
  readonly status: OpsStatus;
}

/** The Socket.IO side of the server: who may connect, which namespaces there are, and an orderly end. */
export class Realtime {
  readonly #io: IoServer;
  readonly #connections = new Map<EngineSocket, Connection>();
  #isDraining = false;

  /** @param io attached to nothing yet */
  constructor(
    io: IoServer,
    http: HttpServer,
    boards: ReadonlyMap<ViewerNamespace, Board>,
    { door, tokens, controls, operatorToken, status }: RealtimeOptions,
    clock: Clock,
    log: Logger,
  ) {
    this.#io = io;
    const turns = new Turns(clock);
    io.attach(http);
    // Engine.IO would only half-close an upgrade to another path, and a peer that keeps its half open would stay for good.
    http.on('upgrade', ({ url }, socket) => {
      if (!url?.startsWith(`${io.path()}/`)) socket.destroy();
    });
    io.engine.on('connection', (engine: EngineSocket) => {
      this.#connections.set(engine, new Connection(engine, clock, turns));
      engine.once('close', () => this.#connections.delete(engine));
    });
    io.use((_socket, next) =>
      next(connectError(new RequestError('unknown_namespace', 'connect to /markets, /sports, /ingest or /ops'))),
    );
    const connectionOf = (socket: Socket) => this.#connectionOf(socket);
    const enter = (socket: Socket, next: Next, authorise?: () => void) => this.#enter(socket, next, authorise);
    for (const name of VIEWER_NAMESPACES) {
      const namespace = io.of(`/${name}`);
      namespace.use((socket, next) => enter(socket, next));
      serveViewers(namespace, boards.get(name) as Board, connectionOf, clock, log);
    }
    const ingest = io.of(INGEST);
    ingest.use((socket, next) => enter(socket, next, () => authoriseProducer(socket, tokens)));
    serveProducers(ingest, door, tokens, connectionOf, clock, log);
    const ops = io.of(OPS);
    ops.use((socket, next) => enter(socket, next, () => authoriseOperator(socket, operatorToken)));
    serveOperators(ops, controls, status, connectionOf, log);
  }

  /** How many connections are in a namespace of viewers. */
  viewers(): number {
    let count = 0;
    for (const connection of this.#connections.values()) if (connection.isInAny(VIEWERS)) count++;
    return count;
  }

  /** Everybody who is connected, to be sent away; no new namespace is entered from here on. */
  leavers(): Leaver[] {
    this.#isDraining = true;
    const sockets = new Map<EngineSocket, Socket[]>([...this.#connections.keys()].map((engine) => [engine, []]));
    for (const name of NAMESPACES) {
      for (const socket of this.#io.of(name).sockets.values()) sockets.get(socket.conn)?.push(socket);
    }
    return [...this.#connections].map(([engine, connection]) => ({
      tell: (retryInMs) => {
        const notice: Notice = { code: 'draining', message: 'this instance stops', retryInMs };
        for (const socket of sockets.get(engine) ?? []) socket.emit('notice', notice);
      },
      close: () => connection.close('draining'),
    }));
  }

  /** Closes what is still connected, and ends. */
  stop(): void {
    for (const connection of [...this.#connections.values()]) connection.close('draining');
    // Not waited for: it ends with the HTTP server, which an open event stream keeps from ending until it is cut.
    void this.#io.close();
  }

  /** Lets a socket into a namespace, each connection once. @param authorise throws a RequestError if it may not come in */
  #enter(socket: Socket, next: Next, authorise?: () => void): void {
    try {
      if (this.#isDraining) throw new RequestError('draining', 'this instance stops', DRAIN_RETRY_MS);
      authorise?.();
      if (this.#connectionOf(socket).enter(socket.nsp.name)) return next();
      throw new RequestError('already_connected', 'the connection is in this namespace already');
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      next(connectError(error));
    }
  }

  #connectionOf(socket: Socket): Connection {
    const connection = this.#connections.get(socket.conn);
    if (connection === undefined) throw new RequestError('unavailable', 'the connection is closing');
    return connection;
  }
}

/** A refused CONNECT: Socket.IO hands `data` to the client as `err.data`. */
function connectError(refused: RequestError): Error {
  return Object.assign(new Error(refused.message), { data: refused.toRefusal() });
}
