import type { FeedStatus } from './directory.ts';
import type { RecordingHeader } from './recording.ts';
import { VIEWER_NAMESPACES, type ViewerNamespace } from './topic.ts';

/** A feed as it was when something of it was recorded. */
export interface RecordedFeed extends Pick<FeedStatus, 'title' | 'source' | 'staged' | 'speed'> {
  /** Stream time when that began. */
  readonly beganAtMs: number;
}

export type FeedLabels = Pick<RecordingHeader, 'origin'> &
  Required<Pick<RecordingHeader, 'origins' | 'staged' | 'streams' | 'titles'>>;

/**
 * What a recording says of the data of several feeds. Where a namespace has some of different kinds, it is called the least
 * real of them, and its clock goes as the slowest: none is shown as more than it is.
 * @param feeds of which something is recorded, in each namespace
 * @param titleOf makes the title of a namespace from those of its feeds
 */
export function labelFeeds(
  feeds: Readonly<Record<ViewerNamespace, readonly RecordedFeed[]>>,
  titleOf: (titles: string) => string,
): FeedLabels {
  const recorded = VIEWER_NAMESPACES.filter((namespace) => feeds[namespace].length > 0);
  const each = <Value>(read: (feeds: readonly RecordedFeed[]) => Value) =>
    Object.fromEntries(recorded.map((namespace) => [namespace, read(feeds[namespace])]));
  const origins = each(originOf);
  return {
    origin: recorded.length > 0 && recorded.every((name) => origins[name] === 'simulated') ? 'simulated' : 'recorded',
    origins,
    titles: each((own) => titleOf(joinTitles(own))),
    staged: recorded.filter((namespace) => feeds[namespace].some(({ staged }) => staged)),
    streams: each(streamOf),
  };
}

/** Each title once. */
export function joinTitles(feeds: readonly RecordedFeed[]): string {
  return [...new Set(feeds.map(({ title }) => title))].join(', ');
}

function originOf(feeds: readonly RecordedFeed[]): RecordingHeader['origin'] {
  return feeds.some(({ source }) => source === 'simulated') ? 'simulated' : 'recorded';
}

function streamOf(feeds: readonly RecordedFeed[]) {
  // One that played as fast as it went, with speed 0, says nothing of how its clock went.
  const speeds = feeds.map(({ speed }) => speed).filter((speed) => speed > 0);
  return {
    timeMs: Math.max(...feeds.map(({ beganAtMs }) => beganAtMs)),
    speed: speeds.length > 0 ? Math.min(...speeds) : 1,
  };
}
