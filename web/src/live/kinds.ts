import type { DirectoryEntry, FeedStatus } from '@bigboard/shared/directory';
import type { Json } from '@bigboard/shared/json';
import type {
  ClosedCandle,
  Depth,
  FormingCandle,
  Mover,
  Quote,
  Session,
  Spark,
  Trade,
  WatchRow,
} from '@bigboard/shared/market';
import type { Match, MatchEvent, ScoreCard, Table, WinProbability, WinProbabilityEntry } from '@bigboard/shared/sport';
import type { LogEntry, TopicState } from './topic-state.ts';

/**
 * What the fields and entries of each kind are. Nobody has checked them against the schemas of the shared contract: the types
 * are believed, so that the browser need not carry the schemas, and a panel that meets something else fails inside its own
 * boundary.
 */

/** A log entry read as its kind. */
export interface Timed<Content> {
  readonly n: number;
  readonly time: number;
  readonly entry: Content;
}

function fieldsAs<Fields>(state: TopicState | undefined): Fields | undefined {
  return state === undefined || state.removed ? undefined : (state.fields as Fields);
}

/** Corrections stay in the log after they have been folded into the entry they correct; they are not content. */
function logAs<Content>(log: readonly LogEntry[]): readonly Timed<Content>[] {
  const isCorrection = ({ entry }: LogEntry) => typeof entry === 'object' && entry !== null && 'corrects' in entry;
  return (log.some(isCorrection) ? log.filter((item) => !isCorrection(item)) : log) as readonly Timed<Content>[];
}

export type Directory = Readonly<Record<string, DirectoryEntry>>;

export const asDirectory = (state: TopicState | undefined) => fieldsAs<Directory>(state);
export const asFeedStatus = (state: TopicState | undefined) => fieldsAs<FeedStatus>(state);

export const asWatch = (state: TopicState | undefined) => fieldsAs<Readonly<Record<string, WatchRow>>>(state);
export const asSparks = (state: TopicState | undefined) => fieldsAs<Readonly<Record<string, Spark>>>(state);
export const asMovers = (state: TopicState | undefined) =>
  fieldsAs<{ readonly up?: readonly Mover[]; readonly down?: readonly Mover[] }>(state);
export const asSession = (state: TopicState | undefined) => fieldsAs<Session>(state);
export const asQuote = (state: TopicState | undefined) => fieldsAs<Quote>(state);
export const asDepth = (state: TopicState | undefined) => fieldsAs<Depth>(state);
export const asFormingCandle = (state: TopicState | undefined) => fieldsAs<FormingCandle>(state);
export const asCandles = (log: readonly LogEntry[]) => logAs<ClosedCandle>(log);
export const asTrades = (log: readonly LogEntry[]) => logAs<Trade>(log);

export const asScores = (state: TopicState | undefined) => fieldsAs<Readonly<Record<string, ScoreCard>>>(state);
export const asMatch = (state: TopicState | undefined) => fieldsAs<Match>(state);
export const asMatchEvents = (log: readonly LogEntry[]) => logAs<MatchEvent>(log);
export const asWinProbability = (state: TopicState | undefined) => fieldsAs<WinProbability>(state);
export const asWinProbabilityEntries = (log: readonly LogEntry[]) => logAs<WinProbabilityEntry>(log);
export const asTable = (state: TopicState | undefined) => fieldsAs<Table>(state);

/** Of any kind, known or not. */
export const asEntries = (log: readonly LogEntry[]) => logAs<Json>(log);
