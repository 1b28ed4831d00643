import { LIMITS } from '@bigboard/shared/limits';
import { Server, type DefaultEventsMap, type ServerOptions } from 'socket.io';
import { isOriginAllowed } from '../security/origin.ts';
import { BoundedWebSocketServer } from './ws-engine.ts';

/** What instances tell each other; `cluster-bus.ts` is the only one to send or hear it. */
interface ServerSideEvents {
  bus(channel: string, text: string): void;
}

export type IoServer = Server<DefaultEventsMap, DefaultEventsMap, ServerSideEvents>;

export interface IoServerOptions {
  readonly allowedOrigins: readonly string[];
  /** Newcomers are refused from then on: those who are here are being sent away. */
  readonly isDraining: () => boolean;
}

/** Socket.IO with the project's options and nothing in it yet; it hears nobody until it is attached to an HTTP server. */
export function createIoServer({ allowedOrigins, isDraining }: IoServerOptions): IoServer {
  const options: Partial<ServerOptions> = {
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
      if (isDraining()) return answer('this instance stops', false);
      const isAllowed = isOriginAllowed(headers.origin, headers.host, allowedOrigins);
      answer(isAllowed ? null : 'this origin may not connect', isAllowed);
    },
  };
  return new Server(options);
}
