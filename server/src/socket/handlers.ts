import { RequestError, type Refusal } from '@bigboard/shared/errors';
import type { Notice } from '@bigboard/shared/messages';
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { Connection } from './connection.ts';

/** One event of a namespace: what it takes and what it answers, at once or when the promise it returns is kept. */
export interface EventHandler {
  readonly hasAck: boolean;
  handle(payload: unknown): unknown;
}

/** @param serve is called with a valid payload only; what it returns is the ack, a RequestError it throws the refusal */
export function handler<Payload>(schema: z.ZodType<Payload>, serve: (payload: Payload) => unknown): EventHandler {
  return { hasAck: true, handle: (payload) => serve(parsePayload(schema, payload)) };
}

/** For an event that is not answered. */
export function silentHandler<Payload>(schema: z.ZodType<Payload>, take: (payload: Payload) => void): EventHandler {
  return { hasAck: false, handle: (payload) => take(parsePayload(schema, payload)) };
}

/** Holds a viewer to its rate. */
export function admitRequest(connection: Connection): () => void {
  return () => {
    const retryInMs = connection.takeRequest();
    if (retryInMs !== undefined) throw new RequestError('rate_limited', 'too many packets', retryInMs);
  };
}

/**
 * Routes everything a socket sends to the handlers. Each event is answered: with its ack, or where no ack can be given
 * with a `notice`. Nothing a peer sends, and nothing a handler throws, goes further than its own answer.
 *
 * @param admit is called for each event first; a RequestError it throws is the refusal
 */
export function serveEvents(
  socket: Socket,
  admit: () => void,
  handlers: Readonly<Record<string, EventHandler>>,
  log: Logger,
): void {
  // A middleware sees every event, unknown ones too; none goes on to Socket.IO's own emitters.
  socket.use(([event, ...args]) => {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as (answer: unknown) => void) : undefined;
    const refuse = (refusal: Refusal) => (ack === undefined ? notify(socket, refusal) : ack(refusal));
    try {
      admit();
      const known = Object.hasOwn(handlers, event) ? handlers[event] : undefined;
      if (known === undefined)
        throw new RequestError('unknown_event', `this namespace takes ${Object.keys(handlers).join(', ')}`);
      if (known.hasAck && ack === undefined) {
        throw new RequestError('bad_request', `${event} needs an acknowledgement function`);
      }
      const answer = known.handle(args[0]);
      if (answer instanceof Promise) answer.then(ack, (error: unknown) => refuse(refusalOf(error, log)));
      else if (known.hasAck) ack?.(answer);
    } catch (error) {
      refuse(refusalOf(error, log));
    }
  });
}

export function parsePayload<Payload>(schema: z.ZodType<Payload>, payload: unknown): Payload {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RequestError('bad_request', `${issue?.path.join('.') || 'payload'}: ${issue?.message ?? 'not valid'}`);
}

function refusalOf(error: unknown, log: Logger): Refusal {
  if (error instanceof RequestError) return error.toRefusal();
  log.error({ err: error }, 'a handler failed');
  return new RequestError('internal', 'a fault of the server; it has been logged').toRefusal();
}

function notify(socket: Socket, { code, message, retryInMs }: Refusal): void {
  const notice: Notice = retryInMs === undefined ? { code, message } : { code, message, retryInMs };
  socket.emit('notice', notice);
}
