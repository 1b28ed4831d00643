import { RequestError } from '@bigboard/shared/errors';
import type { ControlAction, ControlRequest, FeedStanding } from '@bigboard/shared/operations';
import type { FeedRunner } from './runner.ts';

const RETRY_MS = 1_000;

/** What an operator may do with the feeds of this process. */
export class FeedControls {
  readonly #runners: ReadonlyMap<string, FeedRunner>;

  constructor(runners: readonly FeedRunner[]) {
    this.#runners = new Map(runners.map((runner) => [runner.name, runner]));
  }

  list(): FeedStanding[] {
    return [...this.#runners.values()].map(standingOf);
  }

  /** Has been done when it returns; viewers see it a moment later. @throws RequestError when it cannot be done */
  control(request: ControlRequest): void {
    const runner = this.#runners.get(request.feed);
    if (runner === undefined) {
      const names = [...this.#runners.keys()].join(', ') || 'none';
      throw new RequestError('not_found', `no feed ${request.feed} runs here, but ${names}`);
    }
    checkCan(runner, request);
    if (request.action === 'pause') runner.pause();
    else if (request.action === 'resume') runner.resume();
    else if (request.action === 'speed') runner.setSpeed(request.speed);
    else runner.seek(request.toMs);
  }
}

function standingOf(runner: FeedRunner): FeedStanding {
  const { name, feed, state, reason, speed, positionMs } = runner;
  const { title, seekable } = feed;
  return {
    feed: name,
    title,
    state,
    ...(reason === undefined ? {} : { reason }),
    speed,
    positionMs: Math.round(positionMs),
    actions: actionsOf(runner),
    ...(seekable === undefined ? {} : { seekable: { fromMs: seekable.fromMs, toMs: seekable.toMs } }),
  };
}

function actionsOf({ feed, state }: FeedRunner): ControlAction[] {
  if (state === 'failed') return [];
  return feed.seekable === undefined ? ['pause', 'resume', 'speed'] : ['pause', 'resume', 'seek', 'speed'];
}

function checkCan(runner: FeedRunner, request: ControlRequest): void {
  const { feed, reason, hasBegun } = runner;
  if (!hasBegun) throw new RequestError('unavailable', `${feed.name} has not begun yet`, RETRY_MS);
  const refuse = (why: string) => {
    throw new RequestError('bad_request', `${feed.name}: ${why}`);
  };
  if (runner.state === 'failed') refuse(`it has failed: ${reason}`);
  if (request.action === 'resume' && reason !== undefined) refuse(`${reason}; seek to where it should go on`);
  if (request.action === 'speed' && request.speed === 0 && !feed.hasEnd) {
    refuse('speed 0 is as fast as it goes, and it never ends');
  }
  if (request.action !== 'seek') return;
  const { seekable } = feed;
  if (seekable === undefined) return refuse('it cannot seek');
  if (request.toMs < seekable.fromMs || request.toMs > seekable.toMs) {
    refuse(`toMs is from ${seekable.fromMs} to ${seekable.toMs}`);
  }
}
