import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, RequestError } from '@bigboard/shared/errors';
import type { ViewerNamespace } from '@bigboard/shared/topic';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import type { Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Door } from '../ingest/door.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { ProducerTokens } from '../security/producer-tokens.ts';
import { apiRouter } from './api.ts';
import type { EventStreams } from './event-streams.ts';
import { updatesRouter } from './updates.ts';

export interface Readiness {
  readonly isReady: boolean;
  /** What does not work as it should, in words; joins are answered all the same while ready. */
  readonly degraded: readonly string[];
}

export interface HttpAppParts {
  readonly boards: ReadonlyMap<ViewerNamespace, Board>;
  readonly door: Door;
  readonly streams: EventStreams;
  readonly tokens: ProducerTokens;
  readonly readiness: () => Readiness;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  /** The built page; without it only the API is served. */
  readonly webRoot: string;
  /** Whose `X-Forwarded-For` is believed; nobody's when absent. */
  readonly trustedProxies?: readonly string[];
}

/** Everything over plain HTTP: health, metrics, the API and the page. */
export function createHttpApp(parts: HttpAppParts): Express {
  const { boards, door, streams, tokens, readiness, metrics, clock, log, webRoot, trustedProxies = [] } = parts;
  const app = express();
  app.set('trust proxy', [...trustedProxies]);
  app.disable('x-powered-by');
  app.use(securityHeaders());

  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', (_request, response) => {
    const { isReady, degraded } = readiness();
    response.status(isReady ? 200 : 503).json({ ok: isReady, degraded });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  app.use('/api', updatesRouter(door, tokens, clock));
  app.use('/api', apiRouter(boards, streams, clock));
  app.use('/api', () => {
    throw new RequestError('not_found', 'no such endpoint');
  });
  servePage(app, webRoot);
  app.use(() => {
    throw new RequestError('not_found', 'no such page');
  });
  app.use(answerError(log));
  return app;
}

function servePage(app: Express, webRoot: string): void {
  const page = join(webRoot, 'index.html');
  if (!existsSync(page)) return;
  // The names of built files carry their content's hash, so a browser may keep them for good.
  app.use('/assets', express.static(join(webRoot, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }));
  app.use(express.static(webRoot, { index: false, maxAge: 0 }));
  // The page's own router knows the address, or says that there is nothing.
  app.get('/{*path}', (_request, response) => response.set('Cache-Control', 'no-cache').sendFile(page));
}

function securityHeaders(): express.RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        imgSrc: ["'self'", 'data:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on a loopback address is the usual case; whoever ends TLS in front sets this there.
    strictTransportSecurity: false,
  });
}

/** The last handler: a typed refusal for what was asked wrongly, one line in the log for what went wrong here. */
function answerError(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const refused = error instanceof RequestError ? error : fromHttpError(error);
    if (refused.code === 'internal') log.error({ err: error }, 'a request failed');
    const { httpStatus } = ERROR_CODES[refused.code];
    if (refused.retryInMs !== undefined) response.set('Retry-After', String(Math.ceil(refused.retryInMs / 1_000)));
    // RFC 9110, section 11.6.1: a 401 names the scheme that would do.
    if (httpStatus === 401) response.set('WWW-Authenticate', 'Bearer');
    response.status(httpStatus).json(refused.toRefusal());
  };
}

/** Express marks what the client did wrong by its status: a path that cannot be decoded, a file that is not there. */
function fromHttpError(error: unknown): RequestError {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (status === 404) return new RequestError('not_found', 'no such page or file');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new RequestError('bad_request', 'not a valid request');
  return new RequestError('internal', 'a fault of the server; it has been logged');
}
