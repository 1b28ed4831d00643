import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { MAX_SPEED } from '@bigboard/shared/operations';
import { RecordingError } from '@bigboard/shared/recording';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { logProgress } from '../progress-log.ts';
import { MarketSimulator } from './market-simulator/market-simulator.ts';
import { openReplay } from './open-replay.ts';
import { WORLD_CUP_RECORDING } from './recording-file.ts';
import type { Feed } from './feed.ts';

/** Leaves room for `feed:` before it. */
const NAME_MAX_LENGTH = 100;

export class FeedListError extends Error {
  override readonly name = 'FeedListError';
}

/**
 * Makes the feeds of a list such as `simulate,world-cup` or `simulate?symbols=100,day.ndjson.gz?speed=10&loop`; the list
 * `none` is empty. An item is `simulate`, `world-cup`, the path of a recording, or of a folder with a journal.
 * @param seed of what is simulated
 * @throws FeedListError naming the item and what is wrong with it
 */
export async function createFeeds(list: string, seed: number, clock: Clock, log: Logger): Promise<Feed[]> {
  if (list === 'none') return [];
  const feeds: Feed[] = [];
  for (const item of list.split(',')) {
    const feed = await createFeed(item.trim(), seed, clock, log);
    if (feeds.some(({ name }) => name === feed.name))
      throw new FeedListError(`${item}: ${feed.name} is in the list already`);
    feeds.push(feed);
  }
  return feeds;
}

function createFeed(item: string, seed: number, clock: Clock, log: Logger): Promise<Feed> | Feed {
  const [what = '', query, ...more] = item.split('?');
  if (more.length > 0) throw new FeedListError(`${item}: options are joined by &`);
  const options = new FeedItemOptions(item, new URLSearchParams(query));
  if (what === 'simulate') {
    options.allow('symbols');
    return new MarketSimulator({ seed, symbols: options.number('symbols', 1, 350) });
  }
  options.allow('speed', 'loop', 'from');
  if (what === 'world-cup') return replay(WORLD_CUP_RECORDING, options.flag('loop') ?? true, options, clock, log);
  if (/\.ndjson(\.gz)?$/.test(what) || isFolder(what))
    return replay(what, options.flag('loop') ?? false, options, clock, log);
  throw new FeedListError(
    `${what}: not simulate, world-cup, a recording (.ndjson, .ndjson.gz) or the folder of a journal`,
  );
}

async function replay(path: string, loop: boolean, options: FeedItemOptions, clock: Clock, log: Logger): Promise<Feed> {
  const fromSeconds = options.number('from', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const speed = options.number('speed', 0, MAX_SPEED);
  if (speed === 0 && loop)
    throw new FeedListError(`${path}: speed=0 is as fast as it goes, which a loop would never end`);
  const onBadLines = (badLineCount: number, first: readonly RecordingError[]) => {
    const messages = first.map(({ message }) => message);
    log.warn({ path, badLineCount, first: messages }, 'lines of a recording were left out');
  };
  const onCut = () => log.warn({ path }, 'a recording is cut short: it is played up to there');
  const onProgress = logProgress(clock, log, 'reading the journal that is to be played', { path });
  const played = { name: nameOf(path), loop, speed, fromMs: fromSeconds * 1_000 };
  const feed = await openReplay(path, played, { onBadLines, onCut, onProgress }).catch((error: unknown) => {
    const isBroken = error instanceof RecordingError;
    const reason = isMissing(error) ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new FeedListError(isBroken ? `${path}: ${reason}` : `${path} cannot be read: ${reason}`, { cause: error });
  });
  const seconds = Math.floor(feed.durationMs / 1_000);
  if (fromSeconds > seconds) throw new FeedListError(`${path}: from is at most ${seconds}, where the recording ends`);
  return feed;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The file's name as a feed's, which is part of a topic's. */
function nameOf(path: string): string {
  const name = basename(path).replace(/\.ndjson(\.gz)?$/, '');
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, NAME_MAX_LENGTH) || 'recording';
}

/** What stands behind the `?` of an item. */
class FeedItemOptions {
  readonly #item: string;
  readonly #options: URLSearchParams;

  constructor(item: string, options: URLSearchParams) {
    this.#item = item;
    this.#options = options;
  }

  allow(...names: readonly string[]): void {
    const unknown = [...this.#options.keys()].find((name) => !names.includes(name));
    if (unknown !== undefined) throw new FeedListError(`${this.#item}: ${unknown} is not one of ${names.join(', ')}`);
  }

  /** `loop` alone is true. */
  flag(name: string): boolean | undefined {
    const text = this.#options.get(name);
    if (text === null) return undefined;
    if (text !== '' && text !== 'true' && text !== 'false') {
      throw new FeedListError(`${this.#item}: ${name} is true or false`);
    }
    return text !== 'false';
  }

  number(name: string, min: number, max: number): number | undefined {
    const text = this.#options.get(name);
    if (text === null) return undefined;
    const value = text === '' ? NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw new FeedListError(`${this.#item}: ${name} is a number from ${min} to ${max}`);
  }
}
