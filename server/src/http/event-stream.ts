import { positionSchema, type Position } from '@bigboard/shared/position';
import type { Request, Response } from 'express';
import type { Clock } from '../clock.ts';
import type { Board } from '../hub/board.ts';
import type { Link } from '../hub/reader.ts';

/**
 * Serves a reader over server-sent events (HTML standard, section 9.2): `snapshot` first, with a subscribe ack as data,
 * then `frame` and `beat` as on the wire. Each event's id is `epoch:to`, so that the browser's `Last-Event-ID` resumes.
 */
export async function streamTopics(
  board: Board,
  topics: readonly string[],
  request: Request,
  response: Response,
  clock: Clock,
): Promise<void> {
  const position = parseLastEventId(request.get('Last-Event-ID'));
  if (board.audience.isBehind(position)) await board.catchUp();
  // Whoever left meanwhile would be kept for good: its end has been told already.
  if (response.destroyed) return;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // A proxy that collects the stream before passing it on would make it late.
    'X-Accel-Buffering': 'no',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // A browser resumes all topics with one position, which must not speak for a topic it was never given (rule 3): while
  // one is rejected there is no id, and coming back is answered in full.
  let isWhole = true;
  const send = (event: string, payload: string, to: number) => {
    const id = isWhole ? `id: ${board.hub.epoch}:${to}\n` : '';
    response.write(`event: ${event}\n${id}data: ${payload}\n\n`);
  };
  const link: Link = {
    isBehind: () => response.writableNeedDrain || response.destroyed,
    send,
    // Without an id: where the reader stands is not changed by it.
    tell: (event, payload) => void response.write(`event: ${event}\ndata: ${payload}\n\n`),
    beatSent: () => undefined,
    closeSlow: () => response.destroy(),
  };
  const reader = board.audience.join(link);
  const ack = board.audience.subscribe(reader, { topics: [...topics], position }, clock.wallMs());
  isWhole = ack.rejected.length === 0;
  send('snapshot', JSON.stringify(ack), ack.to);
  response.on('close', () => board.audience.leave(reader));
}

/** An id this server did not make is no error: the answer is full then. */
function parseLastEventId(id: string | undefined): Position | undefined {
  const colon = id?.lastIndexOf(':') ?? -1;
  if (id === undefined || colon < 0) return undefined;
  const position = positionSchema.safeParse({ epoch: id.slice(0, colon), seq: Number(id.slice(colon + 1)) });
  return position.success ? position.data : undefined;
}
