import { LIMITS } from '@bigboard/shared/limits';
import { RequestError } from '@bigboard/shared/errors';
import type { DirectoryEntry } from '@bigboard/shared/directory';
import { isTopicName, isViewerNamespace, type ViewerNamespace } from '@bigboard/shared/topic';
import { Router } from 'express';
import type { Board } from '../hub/board.ts';
import { AddressRates } from '../security/address-rates.ts';
import { streamTopics } from './event-stream.ts';
import type { EventStreams } from './event-streams.ts';
import type { Clock } from '../clock.ts';

/** `/api`: the board without a socket, for `curl` and for places where WebSocket cannot pass. */
export function apiRouter(boards: ReadonlyMap<ViewerNamespace, Board>, streams: EventStreams, clock: Clock): Router {
  const router = Router();
  const rates = new AddressRates(LIMITS.apiBurst, LIMITS.apiRequestsPerSecond);

  router.use(({ ip }, _response, next) => {
    const retryInMs = rates.take(ip ?? '', clock.monotonicMs());
    if (retryInMs !== undefined) throw new RequestError('rate_limited', 'too many requests', retryInMs);
    next();
  });

  router.get('/topics', ({ query }, response) => {
    const { hub } = boardOf(boards, query['namespace']);
    const directory = (hub.documents.get('topics')?.values() ?? {}) as unknown as Record<string, DirectoryEntry>;
    const topics = Object.entries(directory).map(([topic, { kind, title, feed }]) => ({ topic, kind, title, feed }));
    response.json({ topics });
  });

  router.get('/topics/:namespace/:topic', ({ params }, response) => {
    const { hub } = boardOf(boards, params.namespace);
    if (!isTopicName(params.topic)) throw new RequestError('bad_topic', 'not a topic name: kind[:id[:view]]');
    const document = hub.documents.get(params.topic);
    if (document === undefined || document.removed) throw new RequestError('unknown_topic', 'no such topic now');
    const log = document.log.map(({ n, time, entry }) => ({ n, time, entry }));
    const { topic, time } = document;
    response.json({ epoch: hub.epoch, seq: hub.seq, topic, time, fields: document.values(), log });
  });

  router.get('/stream', async (request, response) => {
    const { namespace, topics } = parseTopicList(request.query['topics']);
    streams.admit(response);
    await streamTopics(boards.get(namespace) as Board, topics, request, response, clock);
  });

  return router;
}

function boardOf(boards: ReadonlyMap<ViewerNamespace, Board>, name: unknown): Board {
  const board = isViewerNamespace(name) ? boards.get(name) : undefined;
  if (board === undefined)
    throw new RequestError('unknown_namespace', `namespace: one of ${[...boards.keys()].join(', ')}`);
  return board;
}

/** `markets/quote:ACME,markets/watch` -> one namespace and its topics. */
function parseTopicList(list: unknown): { namespace: ViewerNamespace; topics: string[] } {
  if (typeof list !== 'string') throw new RequestError('bad_request', 'topics: like markets/quote:ACME,markets/watch');
  const names = list.split(',');
  if (names.length > LIMITS.namesPerCall) {
    throw new RequestError('bad_request', `topics: at most ${LIMITS.namesPerCall} names`);
  }
  const [namespace, ...others] = new Set(names.map((name) => name.slice(0, Math.max(0, name.indexOf('/')))));
  if (others.length > 0) throw new RequestError('bad_request', 'topics: all of one namespace');
  if (!isViewerNamespace(namespace)) throw new RequestError('unknown_namespace', 'topics: like markets/quote:ACME');
  return { namespace, topics: names.map((name) => name.slice(namespace.length + 1)) };
}
