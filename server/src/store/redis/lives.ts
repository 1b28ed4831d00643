import { compareIds, type LogId } from './log-head.ts';

/**
 * How an instance goes on after it has (re)connected to Redis, which may have lost the newest of what readers have seen, or
 * all of it, and has given its numbers to nothing else yet. Pure: what is seen comes in, what to do comes out.
 */

/** How long others are waited for that may know more, unless told otherwise. */
export const PATIENCE_MS = 1_000;

/** What an instance holds against what it finds. */
export type Hold =
  /** Its newest entry is there, with everything before it. */
  | 'held'
  /** Its newest entry is not there: readers have seen what Redis does not know. */
  | 'lost'
  /** It holds nothing, or only what the log has left behind: it cannot tell. */
  | 'fresh';

export interface Sight {
  /** Of the process that answers now. */
  readonly runId: string;
  /** Empty when there is none. */
  readonly epoch: string;
  /** The process in which the epoch was last verified; empty when there is none. */
  readonly life: string;
  /** How many epochs there have been. */
  readonly generation: number;
  /** Whether the log of the epoch is there at all. */
  readonly hasLog: boolean;
}

/** @param own what the instance holds; undefined when it holds nothing */
export function judgeSight(
  { runId, epoch, life, generation, hasLog }: Sight,
  own: Pick<Sight, 'epoch' | 'generation'> | undefined,
  hold: Hold,
): 'go-on' | 'load' | 'claim' {
  if (epoch === '' || life !== runId) return 'claim';
  if (!hasLog) return 'claim';
  // Others have found out already how it stands. Whoever knew of the own epoch has counted on from it; any other was begun
  // by one that had just started and found Redis empty, or old.
  if (own !== undefined && own.epoch !== epoch) return generation > own.generation ? 'load' : 'claim';
  if (own === undefined || hold === 'fresh') return 'load';
  return hold === 'held' ? 'go-on' : 'claim';
}

export interface Claim {
  /** Of which situation it speaks. */
  readonly sight: string;
  readonly hold: Hold;
  /** Of the epoch it holds something of; a newer epoch knows what the older knew. */
  readonly generation: number;
  readonly id: LogId;
}

export function sightText({ epoch, life }: Pick<Sight, 'epoch' | 'life'>): string {
  return `${epoch}/${life}`;
}

export interface Claims {
  readonly sight: Sight;
  readonly own: string;
  /** By instance, of this situation. */
  readonly claims: ReadonlyMap<string, Claim>;
  /** Instances that were heard of shortly before. */
  readonly peers: ReadonlySet<string>;
  /** Since this instance met the situation. */
  readonly waitedMs: number;
  readonly patienceMs: number;
}

/**
 * `wait`: others may know more, or it is theirs to decide. `keep`: the epoch goes on. `begin`: a new epoch, from what this
 * instance holds.
 */
export function judgeClaims({ sight, own, claims, peers, waitedMs, patienceMs }: Claims): 'wait' | 'keep' | 'begin' {
  const isFreshOnly = [...claims.values()].every(({ hold }) => hold === 'fresh');
  const isComplete = [...peers].every((peer) => claims.has(peer));
  // Whoever knows of nobody may only not have heard; those that just started have not heard of anybody yet.
  const waitMs = isFreshOnly ? patienceMs * 1.5 : isComplete && peers.size > 0 ? 0 : patienceMs;
  const rank = [...claims.keys()].sort((a, b) => compareClaims(claims, a, b)).indexOf(own);
  if (rank < 0 || waitedMs < waitMs + rank * patienceMs) return 'wait';
  const isKept = [...claims.values()].every(({ hold }) => hold !== 'lost');
  return sight.epoch !== '' && isKept && isComplete && !isFreshOnly ? 'keep' : 'begin';
}

/** Whoever is furthest comes first. */
function compareClaims(claims: ReadonlyMap<string, Claim>, a: string, b: string): number {
  const first = claims.get(a) as Claim;
  const second = claims.get(b) as Claim;
  return (
    Number(first.hold === 'fresh') - Number(second.hold === 'fresh') ||
    second.generation - first.generation ||
    compareIds(second.id, first.id) ||
    (a < b ? -1 : 1)
  );
}
