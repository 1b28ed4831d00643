import { LIMITS } from '@bigboard/shared/limits';
import { Server, type DefaultEventsMap, type ServerOptions } from 'socket.io';
import type { Clock } from '../clock.ts';
import type { Transport } from '../config.ts';
import { isOriginAllowed } from '../security/origin.ts';
import { TokenBucket } from '../security/token-bucket.ts';
import { BoundedWebSocketServer } from './ws-engine.ts';

/** What instances tell each other; `cluster-bus.ts` is the only one to send or hear it. */
interface ServerSideEvents {
  bus(channel: string, text: string): void;
}

export type IoServer = Server<DefaultEventsMap, DefaultEventsMap, ServerSideEvents>;

/**
 * New sessions by long-polling: at once, and a second. A session costs whoever opens it one request and lives for 15 s
 * without another, so that there are never many more than fifteen times as many that nobody uses.
 */
const POLLING_SESSIONS = { burst: 100, perSecond: 50 };

export interface IoServerOptions {
  readonly allowedOrigins: readonly string[];
  readonly transports: readonly Transport[];
  readonly clock: Clock;
  /** Newcomers are refused from then on: those who are here are being sent away. */
  readonly isDraining: () => boolean;
}

/** Socket.IO with the project's options and nothing in it yet; it hears nobody until it is attached to an HTTP server. */
export function createIoServer({ allowedOrigins, transports, clock, isDraining }: IoServerOptions): IoServer {
  const { burst, perSecond } = POLLING_SESSIONS;
  const sessions = new TokenBucket(burst, perSecond, clock.monotonicMs());
  const options: Partial<ServerOptions> = {
    transports: [...transports],
    allowUpgrades: transports.includes('polling'),
    upgradeTimeout: 5_000,
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
    allowRequest: ({ headers, url }, answer) => {
      const query = new URLSearchParams(url?.split('?')[1]);
      const isOpening = !query.has('sid');
      if (isOpening && isDraining()) return answer('this instance stops', false);
      if (isOpening && query.get('transport') === 'polling' && !sessions.take(clock.monotonicMs())) {
        return answer('too many new sessions', false);
      }
      const isAllowed = isOriginAllowed(headers.origin, headers.host, allowedOrigins);
      answer(isAllowed ? null : 'this origin may not connect', isAllowed);
    },
  };
  return new Server(options);
}
