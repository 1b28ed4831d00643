import { WebSocketServer, type ServerOptions } from 'ws';

/** Each bound is one a hostile peer could otherwise use to fill memory or hold a close for half a minute. */
const BOUNDS = { closeTimeout: 1_000, maxFragments: 64, maxBufferedChunks: 256, maxPendingAutoPongs: 16 };

/** The WebSocket server Engine.IO is given instead of its own, which has none of these bounds. */
export class BoundedWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, ...BOUNDS });
  }
}
