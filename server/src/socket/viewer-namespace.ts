import { RequestError } from '@bigboard/shared/errors';
import {
  paceSchema,
  seenSchema,
  subscribeSchema,
  unsubscribeSchema,
  type SubscribeRequest,
} from '@bigboard/shared/messages';
import type { Namespace, Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Link } from '../hub/reader.ts';
import type { Logger } from '../logger.ts';
import type { Connection } from './connection.ts';
import { CallQueue } from './call-queue.ts';
import { admitRequest, handler, serveEvents, silentHandler } from './handlers.ts';

/** Who asks twenty times a second for everything and reads no answer would otherwise fill memory until it is closed. */
const UNTAKEN_ANSWERS_LENGTH = 1_048_576;
const UNTAKEN_RETRY_MS = 1_000;

/** Serves the events of `/markets` or `/sports` to each viewer that connects. */
export function serveViewers(
  namespace: Namespace,
  board: Board,
  connectionOf: (socket: Socket) => Connection,
  clock: Clock,
  log: Logger,
): void {
  namespace.on('connection', (socket) => {
    const connection = connectionOf(socket);
    const reader = board.audience.join(linkOf(connection, namespace.name));
    // Rooms mirror what is held, so that everything built on Socket.IO's rooms sees the readers of a topic.
    const enterRooms = (topics: Iterable<string>) => void socket.join([...topics]);
    const calls = new CallQueue();
    const subscribe = (request: SubscribeRequest) => {
      // It may have left while the store was asked.
      if (socket.disconnected) throw new RequestError('unavailable', 'the connection is closed');
      const ack = board.audience.subscribe(reader, request, clock.wallMs());
      enterRooms(reader.topics);
      return ack;
    };
    serveEvents(
      socket,
      admitRequest(connection),
      {
        subscribe: handler(subscribeSchema, (request) => {
          if (connection.untakenLength() > UNTAKEN_ANSWERS_LENGTH) {
            throw new RequestError('rate_limited', 'take the answers to the calls before first', UNTAKEN_RETRY_MS);
          }
          const answer = () => subscribe(request);
          return calls.answer(() =>
            board.audience.isBehind(request.position) ? board.catchUp().then(answer) : answer(),
          );
        }),
        unsubscribe: handler(unsubscribeSchema, ({ topics }) =>
          calls.answer(() => {
            board.audience.unsubscribe(reader, topics);
            for (const topic of topics) void socket.leave(topic);
            board.flushLoop.nudge();
            return { ok: true };
          }),
        ),
        pace: handler(paceSchema, ({ maxPerSecond }) =>
          calls.answer(() => {
            board.audience.pace(reader, maxPerSecond);
            board.flushLoop.nudge();
            return { ok: true };
          }),
        ),
        seen: silentHandler(seenSchema, ({ epoch, seq }) => connection.seen(namespace.name, epoch, seq)),
      },
      log,
    );
    socket.on('disconnect', () => {
      board.audience.leave(reader);
      connection.leave(namespace.name);
    });
  });
}

function linkOf(connection: Connection, namespace: string): Link {
  return {
    isBehind: () => connection.isBehind(),
    send: (event, payload) => connection.writeEvent(namespace, event, payload),
    tell: (event, payload) => connection.writeEvent(namespace, event, payload),
    beatSent: (epoch, to) => connection.beatSent(namespace, epoch, to),
    closeSlow: () => connection.close('slow'),
  };
}
