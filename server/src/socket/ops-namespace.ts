import { RequestError } from '@bigboard/shared/errors';
import type { Done } from '@bigboard/shared/messages';
import {
  controlSchema,
  listFeedsSchema,
  operatorAuthSchema,
  type ClusterStatus,
  type FeedsAck,
} from '@bigboard/shared/operations';
import type { Namespace, Socket } from 'socket.io';
import type { StatusTeller } from '../cluster/status-teller.ts';
import type { Commands } from '../feeds/commands.ts';
import type { Logger } from '../logger.ts';
import type { OperatorToken } from '../security/operator-token.ts';
import type { Connection } from './connection.ts';
import { admitRequest, handler, serveEvents } from './handlers.ts';

export type OpsStatus = Pick<StatusTeller, 'current' | 'onTold'>;

/** Serves `feeds` and `control` in `/ops` to each operator that connects with the token, and tells `status` each second. */
export function serveOperators(
  namespace: Namespace,
  controls: Commands,
  status: OpsStatus,
  connectionOf: (socket: Socket) => Connection,
  log: Logger,
): void {
  const connections = new Set<Connection>();
  const tell = (told: Iterable<Connection>, current: ClusterStatus) => {
    const payload = JSON.stringify(current);
    for (const connection of told) {
      if (!connection.isBehind()) connection.writeEvent(namespace.name, 'status', payload);
    }
  };
  status.onTold((current) => tell(connections, current));
  namespace.on('connection', (socket) => {
    const connection = connectionOf(socket);
    connections.add(connection);
    tell([connection], status.current());
    serveEvents(
      socket,
      admitRequest(connection),
      {
        feeds: handler(listFeedsSchema, async (): Promise<FeedsAck> => ({ ok: true, feeds: await controls.list() })),
        control: handler(controlSchema, async (request): Promise<Done> => {
          const stored = controls.control(request);
          log.info({ ...request }, 'an operator commands a feed');
          await stored;
          return { ok: true };
        }),
      },
      log,
    );
    socket.on('disconnect', () => {
      connections.delete(connection);
      connection.leave(namespace.name);
    });
  });
}

/** @throws RequestError when the socket may not be let in */
export function authoriseOperator(socket: Socket, token: OperatorToken): void {
  const auth = operatorAuthSchema.safeParse(socket.handshake.auth);
  if (!auth.success) throw new RequestError('unauthorized', 'connect with auth: {token}');
  token.check(auth.data.token);
}
