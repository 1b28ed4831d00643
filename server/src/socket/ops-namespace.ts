import { RequestError } from '@bigboard/shared/errors';
import type { Done } from '@bigboard/shared/messages';
import { controlSchema, listFeedsSchema, operatorAuthSchema, type FeedsAck } from '@bigboard/shared/operations';
import type { Namespace, Socket } from 'socket.io';
import type { FeedControls } from '../feeds/controls.ts';
import type { Logger } from '../logger.ts';
import type { OperatorToken } from '../security/operator-token.ts';
import type { Connection } from './connection.ts';
import { admitRequest, handler, serveEvents } from './handlers.ts';

/** Serves `feeds` and `control` in `/ops` to each operator that connects with the token. */
export function serveOperators(
  namespace: Namespace,
  controls: FeedControls,
  connectionOf: (socket: Socket) => Connection,
  log: Logger,
): void {
  namespace.on('connection', (socket) => {
    const connection = connectionOf(socket);
    serveEvents(
      socket,
      admitRequest(connection),
      {
        feeds: handler(listFeedsSchema, (): FeedsAck => ({ ok: true, feeds: controls.list() })),
        control: handler(controlSchema, async (request): Promise<Done> => {
          const stored = controls.control(request);
          log.info({ ...request }, 'an operator commands a feed');
          await stored;
          return { ok: true };
        }),
      },
      log,
    );
    socket.on('disconnect', () => connection.leave(namespace.name));
  });
}

/** @throws RequestError when the socket may not be let in */
export function authoriseOperator(socket: Socket, token: OperatorToken): void {
  const auth = operatorAuthSchema.safeParse(socket.handshake.auth);
  if (!auth.success) throw new RequestError('unauthorized', 'connect with auth: {token}');
  token.check(auth.data.token);
}
