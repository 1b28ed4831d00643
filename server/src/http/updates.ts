import { LIMITS } from '@bigboard/shared/limits';
import { RequestError } from '@bigboard/shared/errors';
import { producerNameSchema } from '@bigboard/shared/producer-token';
import express, { Router, type Request, type Response } from 'express';
import type { Clock } from '../clock.ts';
import type { Door } from '../ingest/door.ts';
import { readRows } from '../ingest/ndjson.ts';
import { AddressRates } from '../security/address-rates.ts';
import { digestOf, type Grant, type ProducerTokens } from '../security/producer-tokens.ts';

/** Any Content-Type will do, but nothing packed: a small body could unpack to any size. */
const readRaw = express.raw({ limit: LIMITS.batchBytes, type: () => true, inflate: false });

/** `POST /api/updates`: the same door as `/ingest`, for whoever has no Socket.IO. */
export function updatesRouter(door: Door, tokens: ProducerTokens, clock: Clock): Router {
  const router = Router();
  const failures = new AddressRates(LIMITS.apiBurst, LIMITS.apiRequestsPerSecond);

  router.post('/updates', async (request, response) => {
    // Who may push, and whether there is room, is known before the body is read.
    const grant = authorise(request);
    const release = door.admit(grant, declaredBytes(request));
    try {
      const body = await readBody(request, response);
      const batch = { namespace: request.query['namespace'], producer: producerOf(request), rows: readRows(body) };
      response.json(await door.publish(grant, batch));
    } finally {
      release();
    }
  });

  return router;

  /** Producers have a rate of their own; whoever has no token is held to the one of its address. */
  function authorise(request: Request): Grant {
    const [, token] = /^Bearer +(\S{1,256})$/i.exec(request.get('Authorization') ?? '') ?? [];
    try {
      if (token === undefined) throw new RequestError('unauthorized', 'Authorization: Bearer TOKEN');
      return tokens.authorise(digestOf(token));
    } catch (error) {
      const retryInMs = failures.take(request.ip ?? '', clock.monotonicMs());
      if (retryInMs !== undefined) throw new RequestError('rate_limited', 'too many requests', retryInMs);
      throw error;
    }
  }
}

/** What is reserved for the body; one that does not tell, or tells too much, is read up to the limit. */
function declaredBytes(request: Request): number {
  const declared = Number(request.get('Content-Length') ?? LIMITS.batchBytes);
  return Math.min(declared, LIMITS.batchBytes);
}

function producerOf(request: Request): string | undefined {
  const name = request.get('X-Producer');
  if (name === undefined) return undefined;
  const parsed = producerNameSchema.safeParse(name);
  if (!parsed.success) throw new RequestError('bad_request', 'X-Producer: 1 to 64 of A-Z a-z 0-9 . _ -');
  return parsed.data;
}

/** @throws RequestError when it is too large, packed, or cut off */
function readBody(request: Request, response: Response): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readRaw(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(bodyError(error));
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

function bodyError(error: Error): Error {
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') {
    return new RequestError('too_large', `a batch of more than ${LIMITS.batchBytes} bytes`);
  }
  if (type === 'encoding.unsupported') {
    return new RequestError('unsupported_encoding', 'send the body plain, without Content-Encoding');
  }
  if (type === 'request.aborted' || type === 'request.size.invalid') {
    return new RequestError('bad_request', 'the body was cut off');
  }
  return error;
}
