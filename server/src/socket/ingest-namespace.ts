import { RequestError } from '@bigboard/shared/errors';
import { publishAuthSchema, publishSchema, type PublishAck } from '@bigboard/shared/publish';
import type { Namespace, Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Door } from '../ingest/door.ts';
import type { Logger } from '../logger.ts';
import { digestOf, type ProducerTokens, type TokenDigest } from '../security/producer-tokens.ts';
import type { Connection } from './connection.ts';
import { Credential } from './credential.ts';
import { parsePayload, serveEvents, type EventHandler } from './handlers.ts';

/** Serves `publish` in `/ingest` to each producer that connects with a token. */
export function serveProducers(
  namespace: Namespace,
  door: Door,
  tokens: ProducerTokens,
  connectionOf: (socket: Socket) => Connection,
  clock: Clock,
  log: Logger,
): void {
  const credentials = new Set<Credential>();
  tokens.everyLook(() => {
    for (const credential of credentials) credential.look();
  });
  namespace.on('connection', (socket) => {
    const connection = connectionOf(socket);
    const digest = digestShownBy(socket);
    const credential = new Credential(socket, digest, tokens, clock);
    connection.enterAsProducer(() => isAuthorised(tokens, digest));
    let bytes = 0;
    const admit = () => void (bytes = connection.takePublishBytes());
    const publish: EventHandler = {
      hasAck: true,
      handle: (payload) => {
        const grant = tokens.authorise(digest);
        const release = door.admit(grant, batchBytes(bytes, payload));
        return publishPayload(payload).finally(release);

        async function publishPayload(unchecked: unknown): Promise<PublishAck> {
          const { updates, producer, ...rest } = parsePayload(publishSchema, unchecked);
          return door.publish(grant, { ...rest, producer, rows: updates.map((value) => ({ value })) });
        }
      },
    };
    serveEvents(socket, admit, { publish }, log);
    socket.on('disconnect', () => {
      credentials.delete(credential);
      connection.leave(namespace.name);
    });
    credentials.add(credential);
    credential.look();
  });
}

/** The rows alone, as over HTTP, where what is around them here stands in the address and the header. */
function batchBytes(eventBytes: number, payload: unknown): number {
  const { namespace, producer } = (payload ?? {}) as { readonly namespace?: unknown; readonly producer?: unknown };
  if (typeof namespace !== 'string' || (producer !== undefined && typeof producer !== 'string')) return eventBytes;
  const around = JSON.stringify(['publish', { namespace, producer, updates: [] }]);
  return Math.max(0, eventBytes - Buffer.byteLength(around));
}

/** @throws RequestError when the socket may not be let in */
export function authoriseProducer(socket: Socket, tokens: ProducerTokens): void {
  tokens.authorise(digestShownBy(socket));
}

function digestShownBy(socket: Socket): TokenDigest {
  const auth = publishAuthSchema.safeParse(socket.handshake.auth);
  if (!auth.success) throw new RequestError('unauthorized', 'connect with auth: {token}');
  return digestOf(auth.data.token);
}

function isAuthorised(tokens: ProducerTokens, digest: TokenDigest): boolean {
  try {
    tokens.authorise(digest);
    return true;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}
