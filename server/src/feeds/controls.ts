import { RequestError } from '@bigboard/shared/errors';
import type { ControlAction, ControlRequest, FeedStanding } from '@bigboard/shared/operations';
import { StoreError } from '../store/store.ts';
import type { Commands } from './commands.ts';
import type { LedFeed } from './led-feed.ts';
import type { FeedRunner } from './runner.ts';

const RETRY_MS = 1_000;

/** What an operator may do with the feeds that are led by this instance. */
export class FeedControls implements Commands {
  readonly feeds: readonly LedFeed[];
  readonly #instance: string;

  /** @param instance the name this process is known by */
  constructor(feeds: readonly LedFeed[], instance: string) {
    this.feeds = feeds;
    this.#instance = instance;
  }

  async list(): Promise<readonly FeedStanding[]> {
    const runners = this.feeds.flatMap(({ runner }) => runner ?? []);
    return runners.map((runner) => standingOf(runner, this.#instance));
  }

  /** Is in force when it returns; viewers see it a moment later. @throws RequestError at once when it cannot be done */
  control(request: ControlRequest): Promise<void> {
    const led = this.feeds.find(({ name }) => name === request.feed);
    if (led === undefined) {
      const names = this.feeds.map(({ name }) => name).join(', ') || 'none';
      throw new RequestError('not_found', `no feed ${request.feed} runs here, but ${names}`);
    }
    const { runner } = led;
    if (runner === undefined) throw new RequestError('unavailable', `${led.name} is not led here now`, RETRY_MS);
    checkCan(runner, request);
    return command(runner, request).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      const code = error.code === 'draining' ? 'draining' : 'unavailable';
      const message = `${request.feed}: it is in force, but a restart may undo it: ${error.message}`;
      throw new RequestError(code, message, error.retryInMs ?? RETRY_MS);
    });
  }
}

function command(runner: FeedRunner, request: ControlRequest): Promise<void> {
  if (request.action === 'pause') return runner.pause();
  if (request.action === 'resume') return runner.resume();
  if (request.action === 'speed') return runner.setSpeed(request.speed);
  return runner.seek(request.toMs);
}

function standingOf(runner: FeedRunner, leader: string): FeedStanding {
  const { name, feed, state, reason, speed, positionMs } = runner;
  const { title, seekable } = feed;
  return {
    feed: name,
    title,
    state,
    ...(reason === undefined ? {} : { reason }),
    leader,
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
